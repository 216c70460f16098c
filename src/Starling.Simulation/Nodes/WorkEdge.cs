using Starling.Core.Kernel;
using Starling.Core.Tasks;

namespace Starling.Simulation.Nodes;

/// <summary>Carries tasks out: training until it ends, and whatever else in some virtual time, after which it may have failed.</summary>
internal sealed class WorkEdge(SimulatedProcess process, ProgramEdge program, SeededRandom random)
{
    private OperationId training;

    public void Carry(StartWork work)
    {
        if (work.Task.Kind == TaskKind.RunTraining)
        {
            training = work.Id;
            program.Seat(assignment => Hear(work.Id, assignment));
            return;
        }

        var time = random.Between(TimeSpan.FromMilliseconds(50), TimeSpan.FromSeconds(10)) * process.Node.Slowness;
        var fails = random.Chance(process.World.Faults.ComputationFailure);
        process.Later(time / 2, () => Say(work.Id, "halfway"));
        process.Complete(time,
            new WorkEnded(work.Id, Report(fails ? WorkState.Failed : WorkState.Complete, fails ? "no room" : "made it", fails ? 1 : 0)));
    }

    /// <summary>Nobody waits for this any more.</summary>
    public void Forget(OperationId operation)
    {
        if (operation != training)
            return;
        training = default;
        program.Leave();
    }

    // A node is told nothing before its step is over.
    private void Hear(OperationId operation, Assignment assignment)
    {
        var soon = TimeSpan.FromMilliseconds(1);
        if (!assignment.Last)
        {
            process.Later(soon, () => Say(operation, $"trains round {assignment.Round}"));
            return;
        }

        process.Later(soon, () =>
        {
            Forget(operation);
            process.Complete(new WorkEnded(operation, Report(WorkState.Complete, $"{assignment.Round - 1} rounds", 0)));
        });
    }

    private void Say(OperationId operation, string what)
    {
        if (process.IsOpen(operation))
            process.Feed(new WorkProgressed(operation, Report(WorkState.Running, what, null)));
    }

    private static WorkReport Report(WorkState state, string what, int? exitCode) => new(state, what, exitCode, WorkUsage.None, "");
}
