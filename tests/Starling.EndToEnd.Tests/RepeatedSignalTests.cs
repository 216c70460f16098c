using System.Diagnostics;
using Starling.Api;
using Starling.EndToEnd.Tests.Processes;

namespace Starling.EndToEnd.Tests;

public sealed class RepeatedSignalTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact(Timeout = TimeLimit.Quick)]
    public async Task A_signal_that_comes_twice_at_one_moment_still_stops_a_run_in_order()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no signals.");
        folder.WriteExperiment(nodes: 2, minPeers: 2, rounds: 1000);
        await using var run = StarlingProcess.Start(folder.Path, "run", "small.yaml");
        await run.LineAsync(line => line.StartsWith("round 1 of", StringComparison.Ordinal));
        using var kill = Process.Start("kill", ["-TERM", $"{run.Id}", $"{run.Id}"]);
        await kill.WaitForExitAsync(TestContext.Current.CancellationToken);
        var result = (await run.EndAsync()).Ended(ExitCode.Interrupted);
        Assert.Contains("go on with 'starling run --resume", result.Error, StringComparison.Ordinal);
    }
}
