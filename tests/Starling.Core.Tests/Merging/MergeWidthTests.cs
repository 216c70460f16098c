using System.Diagnostics;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Starling.Core.Tests.Merging;

/// <summary>
/// Child processes of this assembly merge with vectors switched off, or on another path of the C library. Each proves first that it is
/// such a process, then the pinned digests.
/// </summary>
public sealed class MergeWidthTests
{
    public static TheoryData<string, string> Settings
    {
        get
        {
            var data = new TheoryData<string, string>
            {
                { "DOTNET_EnableAVX512", Describe(8 * Vector<byte>.Count, Vector128.IsHardwareAccelerated,
                    Vector256.IsHardwareAccelerated) },
                { "DOTNET_EnableHWIntrinsic", Describe(128, false, false) },
            };
            if (RuntimeInformation.ProcessArchitecture == Architecture.X64)
                data.Add("DOTNET_EnableAVX2", Describe(128, Vector128.IsHardwareAccelerated, false));
            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Settings))]
    public async Task Merges_have_the_same_bits_without(string setting, string widths)
    {
        var (passes, output) = await RunAsync((setting, "0"), (MergeDigestsTests.ExpectedWidths, widths));
        Assert.True(passes, output);
        Assert.Contains("Total: 1, Errors: 0, Failed: 0, Skipped: 0", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Merges_have_the_same_bits_where_the_C_library_computes_without_fused_instructions()
    {
        if (!OperatingSystem.IsLinux() || !Fma.X64.IsSupported
            || RuntimeInformation.RuntimeIdentifier.Contains("musl", StringComparison.Ordinal))
            Assert.Skip("Only glibc on x86-64 can be told to do without.");
        var other = (MergeDigestsTests.OtherMathLibrary, MergeDigestsTests.MathLibrary);
        var (passes, output) = await RunAsync(("GLIBC_TUNABLES", "glibc.cpu.hwcaps=-FMA,-AVX2"), other);
        Assert.True(passes, output);
        Assert.Contains("Total: 1, Errors: 0, Failed: 0, Skipped: 0", output, StringComparison.Ordinal);
        (passes, output) = await RunAsync(other);
        Assert.False(passes, $"Without the setting the C library should have had the same bits. {output}");
    }

    [Fact]
    public async Task A_process_of_another_width_would_be_noticed()
    {
        var (passes, output) = await RunAsync(
            ("DOTNET_EnableHWIntrinsic", "0"), (MergeDigestsTests.ExpectedWidths, Describe(256, true, true)));
        Assert.False(passes, output);
        Assert.Contains("Total: 1, Errors: 0, Failed: 1", output, StringComparison.Ordinal);
    }

    private static string Describe(int vector, bool has128, bool has256) => $"Vector={vector} 128={has128} 256={has256} 512=False";

    private static async Task<(bool Passes, string Output)> RunAsync(params (string Name, string Value)[] environment)
    {
        var host =
            Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..", OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet");
        var start = new ProcessStartInfo(
            host,
            [typeof(MergeWidthTests).Assembly.Location, "-class", typeof(MergeDigestsTests).FullName!, "-noColor", "-noAutoReporters"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode == 0, output + await errors);
    }
}
