using System.Globalization;
using Starling.Api;
using Starling.Cli.Runs;
using Starling.Learning.Data;

namespace Starling.Cli.Running;

/// <summary>
/// Keeps one node's process running: one that ends by itself or is killed is started again, unless starting it again cannot help.
/// </summary>
/// <param name="folder">The run's folder.</param>
/// <param name="node">The node.</param>
/// <param name="monitor">Is told what happens.</param>
internal sealed class NodeSupervisor(RunFolder folder, PlannedNode node, RunMonitor monitor)
{
    /// <summary>The pause before a node is started again.</summary>
    public static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);

    /// <summary>No node is started again more often than this within <see cref="Window"/>.</summary>
    public const int MostRestarts = 5;

    /// <summary>See <see cref="MostRestarts"/>.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    // Before all nodes are up there is nothing that one would have to finish.
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(15), EarlyStopLimit = TimeSpan.FromSeconds(2);

    private readonly Queue<long> restarts = [];

    /// <summary>Why the node is not started again; null while it runs.</summary>
    public NodeFailure? Failure { get; private set; }

    /// <summary>Runs the node until it may not run any more.</summary>
    /// <param name="stop">Stops the node in order.</param>
    public async Task RunAsync(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            using var process = NodeProcess.Start(folder.NodeFile(node), folder.NodeLog(node));
            monitor.Started(node, process.Id);
            int code;
            try
            {
                code = await process.EndAsync(stop).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                await process.StopAsync(monitor.AllStarted.IsCompletedSuccessfully ? StopLimit : EarlyStopLimit).ConfigureAwait(false);
                return;
            }

            if (stop.IsCancellationRequested)
                return;
            Failure = Judge(code, process.LastWords());
            monitor.Ended(node, Describe(code), Failure, folder.Events(node));
            if (Failure is not null)
                return;
            await Task.Delay(Pause, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private NodeFailure? Judge(int code, string lastWords)
    {
        if (code == (int)ExitCode.Done)
            return new NodeFailure(ExitCode.Unreachable, $"{node.Name} was asked to stop.");
        if (Enum.IsDefined((ExitCode)code) && (ExitCode)code is not (ExitCode.Unexpected or ExitCode.Interrupted or ExitCode.Unreachable))
            return new NodeFailure((ExitCode)code, lastWords);
        if (ChangedRows() is { } changed)
            return changed;
        restarts.Enqueue(Environment.TickCount64);
        while (Environment.TickCount64 - restarts.Peek() > Window.TotalMilliseconds)
            restarts.Dequeue();
        return restarts.Count <= MostRestarts
            ? null
            : new NodeFailure(ExitCode.Unexpected,
                $"{node.Name} ended {restarts.Count} times within a minute; {folder.NodeLog(node)} says why. Last: {lastWords}");
    }

    // Started again it would read its rows anew, and divide other ones than the rest has.
    private NodeFailure? ChangedRows()
    {
        try
        {
            return folder.ChangedRows(folder.ReadExperiment()) is { } changed ? new NodeFailure(ExitCode.Data, $"{changed}.") : null;
        }
        catch (DataException unreadable)
        {
            return new NodeFailure(ExitCode.Data, unreadable.Message);
        }
    }

    private static string Describe(int code) => code > 128
        ? string.Create(CultureInfo.InvariantCulture, $"was ended by signal {code - 128}")
        : string.Create(CultureInfo.InvariantCulture, $"ended with exit code {code}");
}
