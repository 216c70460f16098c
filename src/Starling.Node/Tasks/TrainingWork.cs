using Starling.Core.Kernel;
using Starling.Core.Tasks;
using Starling.Node.Programs;

namespace Starling.Node.Tasks;

/// <summary>
/// Trains under a contract until that ends. The rounds are the protocol's matter; this gives the program a seat, and says how it goes.
/// </summary>
/// <param name="programs">Where the program takes its seat.</param>
/// <param name="open">Starts the program that the task names.</param>
public sealed class TrainingWork(ProgramHost programs, Func<StartWork, CancellationToken, Task<ITaskProgram>> open) : ITaskWork
{
    /// <inheritdoc/>
    public TaskKind Kind => TaskKind.RunTraining;

    /// <inheritdoc/>
    public async Task<WorkReport> CarryOutAsync(StartWork order, Action<WorkReport> report, CancellationToken cancellation)
    {
        var contract = order.Task.Training!.Contract;
        var program = await open(order, cancellation).ConfigureAwait(false);
        await using (program.ConfigureAwait(false))
        {
            var watched = new WatchedSession(program.Session, assignment => report(Running($"trains round {assignment.Round}", program)));
            using var leaves = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            var seat = programs.AttachAsync(contract, watched,
                () => report(Running($"waits until another task's program, which trains {contract} on this node, has ended", program)),
                leaves.Token);
            try
            {
                // Until it has its seat it has no work, so that this cannot end before.
                var first = await Task.WhenAny(watched.Ended, program.Early).WaitAsync(cancellation).ConfigureAwait(false);
                if (first == program.Early)
                    return await program.Early.ConfigureAwait(false);
                var rounds = await watched.Ended.ConfigureAwait(false);
                return await program.FinishAsync($"Training of {contract} has ended after {rounds} rounds.", cancellation)
                    .ConfigureAwait(false);
            }
            finally
            {
                await leaves.CancelAsync().ConfigureAwait(false);
                await seat.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                if (seat.IsCompletedSuccessfully)
                    await programs.DetachAsync(contract).ConfigureAwait(false);
            }
        }
    }

    private static WorkReport Running(string what, ITaskProgram program) => new(WorkState.Running, what, null, program.Usage, "");

    /// <summary>A program of which the task hears. One that fails again and again fails the task; its node would try for ever.</summary>
    private sealed class WatchedSession(IProgramSession session, Action<Assignment> begins) : IProgramSession
    {
        private const int MostFailures = 3;

        private readonly TaskCompletionSource<long> ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int failures;

        public Task<long> Ended => ended.Task;

        public bool IsOpen => session.IsOpen;

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
                    ended.TrySetException(new TaskException(
                        $"The program failed {failures} times in a row in round {assignment.Round}: {fault.Message}", fault));
                throw;
            }
        }
    }
}
