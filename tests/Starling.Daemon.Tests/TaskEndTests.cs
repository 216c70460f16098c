using System.Diagnostics;
using Starling.Core.Tasks;
using Starling.Daemon.Tests.Clusters;

namespace Starling.Daemon.Tests;

/// <summary>What becomes of a plain process' programs when their node stops, or starts again after it was killed.</summary>
public sealed class TaskEndTests
{
    public TaskEndTests() => Assert.SkipUnless(OperatingSystem.IsLinux(), "Elsewhere a daemon may outlive its task.");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>Red if only a task that needs the same executor ends what a node that was killed left.</summary>
    [Fact(Timeout = 120_000)]
    public async Task What_a_killed_node_left_running_is_ended_when_it_starts_again()
    {
        await using var cluster = await Cluster.CreateServingAsync(1, Cluster.Synthetic(2, 2, rounds: 1), Cancellation);
        string mark;
        await using (await cluster.StartAsync(0, Cancellation))
        {
            var run = await new TestRunner(cluster).CarryOutAsync("tell", TaskKind.PrepareContent, "told",
                "command: [sh, -c, 'printf $STARLING_WORK; echo x > a']\noutputs: [a]\n", new AllPeers());
            Assert.True(run.State == WorkState.Complete, run.Reason);
            mark = run.Work[cluster.Nodes[0]].Output;
        }

        // As a daemon of that task, had the node been killed meanwhile.
        using var left = Process.Start(new ProcessStartInfo("sleep", ["600"]) { Environment = { ["STARLING_WORK"] = mark } })!;
        try
        {
            await using (await cluster.StartAsync(0, Cancellation))
                await left.WaitForExitAsync(Cancellation).WaitAsync(TimeSpan.FromSeconds(30), Cancellation);
        }
        finally
        {
            left.Kill();
        }
    }

    /// <summary>Red if a node's stop leaves its programs no time, or leaves those running that take more.</summary>
    [Theory(Timeout = 120_000)]
    [InlineData("sleep 1; echo saved >> $0; exit", "ready\nsaved\n")]
    [InlineData("", "ready\n")]
    public async Task A_node_that_stops_gives_its_programs_time_and_leaves_none(string whenAsked, string told)
    {
        await using var cluster = await Cluster.CreateServingAsync(1, Cluster.Synthetic(2, 2, rounds: 1), Cancellation);
        var path = Path.Combine(cluster.Folder, "told");
        await using (await cluster.StartAsync(0, Cancellation))
        {
            var body = $"command: [sh, -c, 'trap \"{whenAsked}\" TERM; echo ready >> $0; while :; do sleep 0.05; done', {path}]\noutputs: [a]\n";
            await new TestRunner(cluster).AssignAsync(
                new TaskDefinition(TaskName.Parse("stay"), TaskKind.PrepareContent, "a test", default, "made", null, body), new AllPeers());
            while (!File.Exists(path))
                await Task.Delay(20, Cancellation);
        }

        Assert.Equal(told, await File.ReadAllTextAsync(path, Cancellation));
        Assert.DoesNotContain(Process.GetProcesses(), process => CommandLine(process).Contains(path, StringComparison.Ordinal));
    }

    private static string CommandLine(Process process)
    {
        try
        {
            return File.ReadAllText($"/proc/{process.Id}/cmdline");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}
