using Microsoft.Extensions.Hosting;
using Starling.Core.Identity;
using Starling.Core.Kernel;
using Starling.Daemon.Sessions;
using Starling.Daemon.Tasks;
using Starling.Learning.Programs;
using Starling.Node.Events;
using Starling.Node.Executors;
using Starling.Node.Loop;
using Starling.Node.Programs;

namespace Starling.Daemon.Programs;

/// <summary>
/// The usual program of a node, in a process of its own: it runs from the node's start until training has ended, and again if there is more
/// to do. One that fails is reported and started again, as an assignment that fails within the node is.
/// </summary>
/// <param name="folder">The node's folder.</param>
/// <param name="contract">The contract that it trains.</param>
/// <param name="program">How it is started.</param>
/// <param name="updates">Takes its updates in.</param>
/// <param name="report">Hears what happens.</param>
internal sealed class OwnProgram(string folder, ContractId contract, ProgramLaunch program, Func<SessionUpdates> updates,
    Action<NodeEvent> report) : BackgroundService, IProgramSession
{
    private static readonly TimeSpan FirstRetry = TimeSpan.FromSeconds(1), LongestRetry = TimeSpan.FromMinutes(1),
        LastWords = TimeSpan.FromSeconds(4);

    private readonly ProgramSession session = new(contract);
    private volatile TaskCompletionSource more = new();
    private volatile Assignment? latest;
    private volatile bool over;

    /// <inheritdoc/>
    public bool IsOpen => session.IsOpen;

    /// <inheritdoc/>
    public async Task<UpdateReady?> CarryOutAsync(Assignment assignment, Action<NodeEvent> told, CancellationToken cancellation)
    {
        (latest, over) = (assignment, false);
        more.TrySetResult();
        var update = await session.CarryOutAsync(assignment, told, cancellation).ConfigureAwait(false);
        if (assignment.Last)
            (more, over) = (new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously), true);
        return update;
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (true)
            {
                for (var retry = FirstRetry; await RunAsync(stoppingToken).ConfigureAwait(false) is { } failure;
                    retry = retry.Doubled(LongestRetry))
                {
                    report(new ProgramFailed(contract, latest?.Round ?? 0, failure, retry));
                    await Task.Delay(retry, stoppingToken).ConfigureAwait(false);
                }

                await more.Task.WaitAsync(stoppingToken).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The node stops.
        }
    }

    /// <summary>The executor of a node's usual program. Two nodes of one host must not end each other's.</summary>
    public static (string Name, ExecutorOptions Options) Executor(string folder) =>
        (ProcessExecutor.Kind, ExecutorOptions.Of("own", folder, Path.Combine("executors", "own")));

    /// <summary>Runs the program until it ends.</summary>
    /// <returns>Why it ended too early; null if training had ended.</returns>
    private async Task<string?> RunAsync(CancellationToken stop)
    {
        try
        {
            var executor = await ProcessExecutor.OpenAsync(Executor(folder).Options).ConfigureAwait(false);
            var outer = await OuterProgram.OpenAsync(
                session, updates(),
                (_, variables, cancellation) =>
                    executor.StartAsync(OwnCommand.Order(program, Path.Combine(folder, "program"), Path.Combine(folder, "logs", "program"),
                        variables), cancellation),
                program.OpenTimeout, stop).ConfigureAwait(false);
            await using (outer.ConfigureAwait(false))
            {
                await Task.WhenAny(outer.Early, Task.Delay(Timeout.Infinite, stop)).ConfigureAwait(false);
                // A program that has the final model may still save it, or say how good it is.
                if (over)
                    await Task.WhenAny(outer.Early, Task.Delay(LastWords, CancellationToken.None)).ConfigureAwait(false);
                stop.ThrowIfCancellationRequested();
                var end = await outer.Early.ConfigureAwait(false);
                return over ? null : $"{end.Description} {LastLine(end.Output)}".TrimEnd();
            }
        }
        catch (Exception fault) when (fault is not OperationCanceledException || !stop.IsCancellationRequested)
        {
            // Whatever it is, such as a disk that is full for a while, may be otherwise the next time.
            return over ? null : fault.Message;
        }
    }

    private static string LastLine(string output) => output.TrimEnd().Split('\n')[^1].Trim();
}
