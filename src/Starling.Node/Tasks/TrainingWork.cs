using System.Diagnostics;
using Starling.Core.Kernel;
using Starling.Core.Tasks;
using Starling.Node.Programs;

namespace Starling.Node.Tasks;

/// <summary>Trains under a contract until that ends. The rounds are the protocol's matter; this gives the program a seat, and says how it goes.</summary>
/// <param name="programs">Where the program takes its seat.</param>
/// <param name="open">Makes the program from what the task says.</param>
public sealed class TrainingWork(ProgramHost programs, Func<StartWork, IProgramSession> open) : ITaskWork
{
    /// <inheritdoc/>
    public TaskKind Kind => TaskKind.RunTraining;

    /// <inheritdoc/>
    public async Task<WorkReport> CarryOutAsync(StartWork order, Action<WorkReport> report, CancellationToken cancellation)
    {
        var contract = order.Task.Training!.Contract;
        var watched = new WatchedSession(open(order), assignment => report(Running(assignment)));
        programs.Attach(contract, watched);
        var watch = Stopwatch.StartNew();
        try
        {
            var rounds = await watched.Ended.WaitAsync(cancellation).ConfigureAwait(false);
            return new WorkReport(WorkState.Complete, $"Training of {contract} has ended after {rounds} rounds.", 0, WorkUsage.None with { Elapsed = watch.Elapsed }, "");
        }
        finally
        {
            await programs.DetachAsync(contract).ConfigureAwait(false);
        }
    }

    private static WorkReport Running(Assignment assignment) =>
        new(WorkState.Running, $"trains round {assignment.Round}", null, WorkUsage.None, "");

    /// <summary>A program of which the task hears. One that fails again and again fails the task; its node would try for ever.</summary>
    private sealed class WatchedSession(IProgramSession session, Action<Assignment> begins) : IProgramSession
    {
        private const int MostFailures = 3;

        private int failures;
        private readonly TaskCompletionSource<long> ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task<long> Ended => ended.Task;

        public async Task<UpdateReady?> CarryOutAsync(Assignment assignment, Action<NodeEvent> report, CancellationToken cancellation)
        {
            if (!assignment.Last)
                begins(assignment);
            try
            {
                var update = await session.CarryOutAsync(assignment, report, cancellation).ConfigureAwait(false);
                failures = 0;
                if (assignment.Last)
                    ended.TrySetResult(assignment.Round - 1);
                return update;
            }
            catch (Exception fault) when (fault is not OperationCanceledException)
            {
                if (++failures == MostFailures)
                    ended.TrySetException(new TaskException($"The program failed {failures} times in a row in round {assignment.Round}: {fault.Message}", fault));
                throw;
            }
        }
    }
}
