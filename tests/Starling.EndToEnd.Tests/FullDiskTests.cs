using Starling.Api;
using Starling.EndToEnd.Tests.Processes;

namespace Starling.EndToEnd.Tests;

/// <summary>
/// Real small disks: each is mounted in a namespace of its own, which ends with the test. Skipped where the system does not allow that.
/// </summary>
public sealed class FullDiskTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory(Timeout = TimeLimit.Quick)]
    [InlineData("16k")]
    [InlineData("32k")]
    [InlineData("40k")]
    [InlineData("64k")]
    public async Task A_run_that_finds_no_room_at_its_start_leaves_nothing(string size)
    {
        folder.WriteExperiment(nodes: 3, minPeers: 2, rounds: 2);
        var result = await OnSmallDiskAsync(size, $"{Starling} run small.yaml --out disk/runs; code=$?; find disk -mindepth 1; exit $code");
        result.Ended(ExitCode.Disk);
        Assert.Single(result.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.Contains("room", result.Error, StringComparison.Ordinal);
        Assert.Equal("", result.Output);
    }

    [Fact(Timeout = TimeLimit.Quick)]
    public async Task A_run_whose_disk_fills_ends_with_a_remedy_and_resumes()
    {
        folder.WriteExperiment(nodes: 2, minPeers: 2, rounds: 3);
        var script = $"""
            {Starling} run small.yaml --out disk/runs --set program.pad=400000; echo "first $?"
            mount -o remount,size=50m disk
            {Starling} run --resume small-1 --out disk/runs && {Starling} ledger verify small-1 --out disk/runs
            """;
        // Room for both updates of a round, so that all nodes have started by then, and not for the merges of two: a run that fails before
        // leaves nothing to resume.
        var result = (await OnSmallDiskAsync("2000k", script)).Ended(ExitCode.Done);
        Assert.Contains($"first {(int)ExitCode.Disk}", result.Output, StringComparison.Ordinal);
        Assert.Contains("no room", result.Error, StringComparison.Ordinal);
        Assert.Contains("go on with 'starling run --resume", result.Error, StringComparison.Ordinal);
        Assert.Contains("3 rounds in", result.Output, StringComparison.Ordinal);
    }

    private static string Starling => $"dotnet '{Path.Combine(AppContext.BaseDirectory, "starling.dll")}'";

    private async Task<CommandResult> OnSmallDiskAsync(string size, string script)
    {
        const string Unshare = "unshare --user --map-root-user --mount";
        var trial = await GuardedProcess.ShellAsync(folder.Path, $"command -v unshare >/dev/null && mkdir disk && {Unshare} mount -t tmpfs none disk");
        Assert.SkipUnless(OperatingSystem.IsLinux() && trial.Code == 0, "this system gives users no mount namespaces");
        folder.Write("script.sh", $"mount -t tmpfs -o size={size} none disk || exit 99\n{script}\n");
        return await GuardedProcess.ShellAsync(folder.Path, $"exec {Unshare} sh script.sh");
    }
}
