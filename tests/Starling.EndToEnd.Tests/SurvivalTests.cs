using Starling.Api;
using Starling.Api.Events;
using Starling.EndToEnd.Tests.Processes;

namespace Starling.EndToEnd.Tests;

/// <summary>Runs whose processes are killed or stopped.</summary>
public sealed class SurvivalTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact(Timeout = TimeLimit.Quick)]
    public async Task A_killed_node_is_started_again_and_a_killed_run_resumes_at_its_round()
    {
        const int Rounds = 12;
        folder.WriteExperiment(nodes: 4, minPeers: 3, Rounds);
        await using (var run = StarlingProcess.Start(folder.Path, "run", "small.yaml"))
        {
            await run.LineAsync(line => line.StartsWith("round 2 of", StringComparison.Ordinal));
            await KillAsync(new RunRecord(folder["runs/small-1"]), "node-2");
            await run.LineAsync(line => line.StartsWith("node-2 was ended by signal 9", StringComparison.Ordinal));
            await run.LineAsync(line => line.StartsWith("node-2 is started again", StringComparison.Ordinal));
            Assert.Contains("small-1 is in use",
                (await StarlingProcess.RunAsync(folder.Path, "run", "--resume", "small-1")).Ended(ExitCode.Disk).Error,
                StringComparison.Ordinal);
            await run.KillAsync(withChildren: true);
        }

        var record = new RunRecord(folder["runs/small-1"]);
        var before = record.Commits().ToDictionary(round => round.Key, Enumerable.Single);
        Assert.InRange(before.Count, 2, Rounds - 1);
        Assert.Contains("small-1  stopped", (await StarlingProcess.RunAsync(folder.Path, "runs", "list")).Output, StringComparison.Ordinal);
        var result = (await StarlingProcess.RunAsync(folder.Path, "run", "--resume", "small-1", "--json")).Ended(ExitCode.Done);
        Assert.Equal(Rounds, result.Json().GetProperty("rounds").GetInt64());
        var after = record.Commits();
        Assert.Equal(Enumerable.Range(1, Rounds).Select(round => (long)round), after.Select(round => round.Key).Order());
        foreach (var (round, merge) in before)
            Assert.Equal(merge, Assert.Single(after[round]));
        (await StarlingProcess.RunAsync(folder.Path, "ledger", "verify", "small-1")).Ended(ExitCode.Done);
    }

    [Fact(Timeout = TimeLimit.Quick)]
    public async Task Nodes_end_when_their_run_is_killed()
    {
        folder.WriteExperiment(nodes: 2, minPeers: 2, rounds: 1000);
        await using var run = StarlingProcess.Start(folder.Path, "run", "small.yaml");
        await run.LineAsync(line => line.StartsWith("round 1 of", StringComparison.Ordinal));
        var nodes = await ProcessesAsync(new RunRecord(folder["runs/small-1"]));
        await run.KillAsync(withChildren: false);
        foreach (var node in nodes)
            await node.WaitForExitAsync(TestContext.Current.CancellationToken)
                .WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);
    }

    [Fact(Timeout = TimeLimit.Quick)]
    public async Task An_interrupted_run_stops_its_nodes_and_says_how_to_go_on()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no signals.");
        folder.WriteExperiment(nodes: 2, minPeers: 2, rounds: 1000);
        await using var run = StarlingProcess.Start(folder.Path, "run", "small.yaml");
        await run.LineAsync(line => line.StartsWith("round 1 of", StringComparison.Ordinal));
        var record = new RunRecord(folder["runs/small-1"]);
        var nodes = await ProcessesAsync(record);
        await run.SignalAsync("INT");
        var result = (await run.EndAsync()).Ended(ExitCode.Interrupted);
        Assert.Contains($"go on with 'starling run --resume {record.Folder}'", result.Error, StringComparison.Ordinal);
        Assert.All(nodes, node => Assert.True(node.HasExited));
        Assert.All(record.Nodes, node => Assert.Contains(record.Events(node), told => told is NodeStoppingEvent));
    }

    /// <summary>Red if it says nothing, goes on for long, or leaves a folder or a node behind.</summary>
    [Fact(Timeout = TimeLimit.Quick)]
    public async Task A_run_that_is_interrupted_before_its_nodes_are_up_leaves_nothing()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no signals.");
        folder.WriteExperiment(nodes: 2, minPeers: 2, rounds: 1000);
        await using var run = StarlingProcess.Start(folder.Path, "run", "small.yaml");
        await run.LineAsync(line => line.StartsWith("small: 2 nodes", StringComparison.Ordinal));
        await run.SignalAsync("INT");
        var result = (await run.EndAsync()).Ended(ExitCode.Interrupted);
        Assert.Contains("stopped before all nodes were up: nothing was trained, and", result.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(folder["runs"]));
        Assert.DoesNotContain(System.Diagnostics.Process.GetProcesses(),
            process => CommandLineOf(process).Contains(folder.Path, StringComparison.Ordinal));
    }

    private static string CommandLineOf(System.Diagnostics.Process process)
    {
        try
        {
            return File.ReadAllText($"/proc/{process.Id}/cmdline");
        }
        catch (IOException)
        {
            return ""; // It has ended meanwhile.
        }
    }

    private static async Task KillAsync(RunRecord record, string node)
    {
        using var client = record.Client(node);
        using var process =
            System.Diagnostics.Process.GetProcessById((await client.GetHealthAsync(TestContext.Current.CancellationToken)).Process);
        process.Kill();
    }

    private static async Task<List<System.Diagnostics.Process>> ProcessesAsync(RunRecord record)
    {
        var processes = new List<System.Diagnostics.Process>();
        foreach (var node in record.Nodes)
        {
            using var client = record.Client(node);
            processes.Add(
                System.Diagnostics.Process.GetProcessById((await client.GetHealthAsync(TestContext.Current.CancellationToken)).Process));
        }

        return processes;
    }
}
