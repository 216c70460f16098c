using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Starling.Core.Tasks;
using Starling.Daemon.Programs;
using Starling.Daemon.Tasks;
using Starling.Daemon.Tests.Clusters;
using Starling.Node.Executors;

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

    /// <summary>Red if a node's stop leaves processes of its usual program that do not end when they are asked.</summary>
    [Fact(Timeout = 120_000)]
    public async Task A_node_that_stops_leaves_no_process_of_its_own_program()
    {
        await using var cluster = await Cluster.CreateAsync(2, Cluster.Synthetic(2, 2, rounds: 1), Cancellation);
        var (path, experiment) = (Path.Combine(cluster.Folder, "told"), Path.Combine(cluster.Folder, "own.yaml"));
        await File.WriteAllTextAsync(experiment, $"""
            name: trial
            nodes: 2
            data: {"{ set: own }"}
            program:
              kind: command
              command: [sh, -c, 'trap "" TERM; (sleep 601; : more) & echo ready >> $0; wait', '{path}']
            """, Cancellation);
        cluster.Rewrite(0, Path.Combine(cluster.Folder, "experiment.yaml"), experiment);
        await using (await cluster.StartAsync(0, Cancellation))
            while (!File.Exists(path))
                await Task.Delay(20, Cancellation);
        Assert.DoesNotContain(Process.GetProcesses(), process => CommandLine(process).Contains(path, StringComparison.Ordinal));
    }

    /// <summary>Red if what a usual program left runs on once it was taken out of <c>node.yaml</c>.</summary>
    [Fact(Timeout = 120_000)]
    public async Task What_an_own_program_left_running_is_ended_also_where_there_is_none_any_more()
    {
        await using var cluster = await Cluster.CreateAsync(2, Cluster.Synthetic(2, 2, rounds: 1), Cancellation);
        using var left = Leave(OwnProgram.Executor(cluster.Configuration(0).Folder));
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

    /// <summary>Red if programs that nothing ends, under whichever executors, hold up a stop for longer than its limit.</summary>
    [Fact(Timeout = 120_000)]
    public async Task A_stop_waits_no_longer_than_its_limit_for_what_cannot_be_ended()
    {
        await using var cluster = await Cluster.CreateAsync(2, Cluster.Synthetic(2, 2, rounds: 1), Cancellation);
        var folder = cluster.Configuration(0).Folder;
        var daemon = await RunningDaemon.StartAsync(cluster.Configuration(0), null, Cancellation,
            services => services.AddSingleton(new LeftOvers((_, _) => { })));
        var left = TaskExecutors.All(folder).Append(OwnProgram.Executor(folder)).Select(Leave).ToList();
        try
        {
            await daemon.StopAsync("a test").WaitAsync(3 * RunningDaemon.StopLimit, Cancellation);
            Assert.DoesNotContain(left, each => each.HasExited);
            await daemon.DisposeAsync();
        }
        finally
        {
            left.ForEach(each => each.Kill());
        }
    }

    /// <summary>Red if a start that its caller gives up goes on as long as something of an earlier life does not end.</summary>
    [Fact(Timeout = 120_000)]
    public async Task A_start_that_waits_for_what_cannot_be_ended_is_given_up()
    {
        await using var cluster = await Cluster.CreateAsync(2, Cluster.Synthetic(2, 2, rounds: 1), Cancellation);
        using var left = Leave(OwnProgram.Executor(cluster.Configuration(0).Folder));
        using var given = new CancellationTokenSource();
        try
        {
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => RunningDaemon.StartAsync(
                cluster.Configuration(0), null, given.Token,
                services => services.AddSingleton(new LeftOvers((_, _) => given.Cancel()))));
        }
        finally
        {
            left.Kill();
        }
    }

    // As a daemon of a work, had the node been killed meanwhile.
    private static Process Leave((string Name, ExecutorOptions Options) executor)
    {
        Directory.CreateDirectory(executor.Options.Folder);
        return Process.Start(new ProcessStartInfo("sleep", ["600"])
        {
            Environment = { ["STARLING_WORK"] = $"{executor.Options.Owner}.{executor.Name}.earlier" },
        })!;
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
