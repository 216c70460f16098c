using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Starling.Core.Tests.Merging;

/// <summary>Child processes merge the same states with vectors switched off in several ways; each proves its width, and all agree.</summary>
public sealed class MergeWidthTests
{
    private sealed record Probe(int Vector, bool Has128, bool Has256, bool Has512, string[] Digests);

    [Fact]
    public async Task Every_vector_width_gives_the_same_bits()
    {
        var machine = await RunAsync(null);
        Assert.NotEmpty(machine.Digests);
        var without512 = await RunAsync("DOTNET_EnableAVX512");
        var withoutAvx2 = await RunAsync("DOTNET_EnableAVX2");
        var without = await RunAsync("DOTNET_EnableHWIntrinsic");

        Assert.False(without512.Has512);
        Assert.Equal((machine.Has256, machine.Has128, machine.Vector), (without512.Has256, without512.Has128, without512.Vector));
        Assert.False(without.Has128 || without.Has256 || without.Has512);
        if (RuntimeInformation.ProcessArchitecture == Architecture.X64)
        {
            Assert.False(withoutAvx2.Has256 || withoutAvx2.Has512);
            Assert.Equal((true, 128), (withoutAvx2.Has128, withoutAvx2.Vector));
        }

        Assert.Equal(machine.Digests, without512.Digests);
        Assert.Equal(machine.Digests, withoutAvx2.Digests);
        Assert.Equal(machine.Digests, without.Digests);
    }

    private static async Task<Probe> RunAsync(string? switchedOff)
    {
        var output = new DirectoryInfo(AppContext.BaseDirectory);
        var program = Path.Combine(output.Parent!.Parent!.FullName, "Starling.MergeProbe", output.Name, "Starling.MergeProbe.dll");
        var host = Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..", OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet");
        var start = new ProcessStartInfo(host, [program]) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var name in start.Environment.Keys.Where(k => k.StartsWith("DOTNET_Enable", StringComparison.OrdinalIgnoreCase)).ToArray())
            start.Environment.Remove(name);
        if (switchedOff is not null)
            start.Environment[switchedOff] = "0";
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var text = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(process.ExitCode == 0, await errors);
        var lines = text.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        string Value(string name) => lines.Single(line => line.StartsWith(name + " ", StringComparison.Ordinal))[(name.Length + 1)..];
        return new Probe(
            int.Parse(Value("Vector"), System.Globalization.CultureInfo.InvariantCulture), bool.Parse(Value("Vector128")),
            bool.Parse(Value("Vector256")), bool.Parse(Value("Vector512")), [.. lines.Where(line => line.StartsWith("digest ", StringComparison.Ordinal))]);
    }
}
