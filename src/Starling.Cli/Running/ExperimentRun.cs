using System.Diagnostics;
using System.Globalization;
using Starling.Api;
using Starling.Cli.Models;
using Starling.Cli.Runs;
using Starling.Cli.Terminal;
using Starling.Learning.Experiments;

namespace Starling.Cli.Running;

/// <summary>Carries a run out: starts its nodes, watches them, and takes what they reached.</summary>
/// <param name="folder">The run's folder.</param>
/// <param name="plan">What was set up.</param>
/// <param name="experiment">What is trained.</param>
/// <param name="problem">Its model and rows.</param>
/// <param name="view">Shows how it goes.</param>
internal sealed class ExperimentRun(RunFolder folder, RunPlan plan, Experiment experiment, RunProblem problem, RunView view)
{
    // Generous: nodes compile themselves while they start, all at once, on a machine that may be busy.
    private static readonly TimeSpan StartLimit = TimeSpan.FromMinutes(3);

    private readonly RunMonitor monitor = new(
        folder, plan, new RunProgress(plan.Nodes, experiment.Training.Rounds),
        (experiment.Training.MinPeers, problem.Schema.FloatCount * sizeof(float)), view);

    /// <summary>Whether every node has started at least once.</summary>
    public bool HasBegun => monitor.AllStarted.IsCompletedSuccessfully;

    /// <summary>Runs until the experiment has ended, or is cancelled.</summary>
    /// <returns>How it ended; it is in the folder too.</returns>
    public async Task<RunSummary> CarryOutAsync(CancellationToken cancellation)
    {
        var watch = Stopwatch.StartNew();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        using var certificate = NodeFiles.AdminCertificate(folder);
        var anchors = NodeFiles.Anchors(folder);
        NodeFollower[] followers = [.. plan.Nodes.Select(node => new NodeFollower(node, monitor, certificate, anchors))];
        Task[] running =
        [
            .. plan.Nodes.Select(node => new NodeSupervisor(folder, node, monitor).RunAsync(stop.Token)),
            .. followers.Select(follower => follower.RunAsync(stop.Token)),
        ];
        using var baselineStop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var baselines = Baselines.Begin(folder, plan, problem, view, baselineStop.Token);
        try
        {
            view.Begin(monitor);
            await TrainAsync([.. running, baselines], cancellation).ConfigureAwait(false);
            Swarm = await new FinalModel(folder, plan, monitor, problem).TakeAsync(followers, cancellation).ConfigureAwait(false);
            await StopNodesAsync(stop, running).ConfigureAwait(false);
            if (!baselines.IsCompleted)
                view.Say("the swarm has ended; what nodes reach alone, and all rows in one place, is still being trained");
            return Conclude(await baselines.ConfigureAwait(false), watch.Elapsed);
        }
        finally
        {
            await baselineStop.CancelAsync().ConfigureAwait(false);
            await StopNodesAsync(stop, running).ConfigureAwait(false);
            await ((Task)baselines).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            WriteMetrics();
            await view.DisposeAsync().ConfigureAwait(false);
            Array.ForEach(followers, follower => follower.Dispose());
        }
    }

    /// <summary>How far the run got, for whoever stops it.</summary>
    public string Describe() =>
        monitor.Look(progress =>
            string.Create(CultureInfo.InvariantCulture,
                $"{progress.Committed} of {progress.Rounds} rounds are {(progress.HasOwnRounds ? "passed by all" : "committed")}"));

    /// <summary>What the final model scored.</summary>
    public Score Swarm { get; private set; } = null!;

    /// <summary>What each node's own last model scored; null where all have one.</summary>
    public IReadOnlyList<(string Node, Score Score)>? Own => monitor.Look(progress => progress.HasOwnRounds
        ? (IReadOnlyList<(string, Score)>)[.. progress.Nodes.Where(node => node.Final is not null).Select(node => (node.Name, node.Final!))]
        : null);

    private async Task TrainAsync(Task[] running, CancellationToken cancellation)
    {
        var limit = Task.Delay(StartLimit, cancellation);
        var crash = Task.WhenAny(running.Select(FaultOf));
        var first = await Task.WhenAny(monitor.AllStarted, monitor.Failed, crash, limit).ConfigureAwait(false);
        cancellation.ThrowIfCancellationRequested();
        if (first == limit)
            throw new CommandException(ExitCode.Unreachable,
                $"not all nodes answered within {Quantity.Time(StartLimit)}; {folder.Path}/nodes/*/output.log say why.");
        await Task.WhenAny(monitor.Finished, monitor.Failed, crash, Task.Delay(Timeout.Infinite, cancellation)).ConfigureAwait(false);
        cancellation.ThrowIfCancellationRequested();
        if (crash.IsCompleted)
            await (await crash.ConfigureAwait(false)).ConfigureAwait(false);
        if (monitor.Failed.IsCompleted && await monitor.Failed.ConfigureAwait(false) is var failure && !monitor.Finished.IsCompleted)
            throw new CommandException(failure.Code, failure.Sentence);
    }

    // Completes only if the task fails: a supervisor or follower that ends in order is no news here.
    private static async Task FaultOf(Task task)
    {
        await task.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (task.IsFaulted)
            await task.ConfigureAwait(false);
        await Task.Delay(Timeout.Infinite).ConfigureAwait(false);
    }

    // The metrics can be had again from the nodes' events: that they cannot be written must not hide why the run ended.
    private void WriteMetrics()
    {
        try
        {
            RunFolder.WriteText(folder.Metrics, monitor.Look(MetricsFile.Text));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            view.Say($"{folder.Metrics} is not written: {e.Message}");
        }
    }

    private static async Task StopNodesAsync(CancellationTokenSource stop, Task[] running)
    {
        await stop.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll(running).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private RunSummary Conclude(BaselineResults baselines, TimeSpan elapsed) => monitor.Look(progress =>
    {
        var summary = new RunSummary(
            folder.Path, experiment.Name, experiment.Seed, progress.Committed, Math.Round(elapsed.TotalSeconds, 3),
            ResultTable.Compare(baselines, Swarm, score => score.Accuracy), ResultTable.Compare(baselines, Swarm, score => score.Loss),
            ModelDigest.Of(folder.Model).ToString(), folder.Model, progress.Nodes.Sum(node => node.BytesOut),
            progress.Nodes.Sum(node => node.Restarts))
        {
            Own = Own?.ToDictionary(own => own.Node, own => own.Score.Accuracy, StringComparer.Ordinal),
        };
        folder.Write(summary);
        return summary;
    });
}
