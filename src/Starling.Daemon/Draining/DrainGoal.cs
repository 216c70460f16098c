using System.Collections.Immutable;
using Starling.Core.Identity;
using Starling.Core.Kernel;
using Starling.Core.Tasks;
using Starling.Core.Training.Participation;
using Starling.Node.Events;

namespace Starling.Daemon.Draining;

/// <summary>
/// What a node still has in hand when it is asked to drain: the round of each training that it takes part in, and the work of a task that
/// is no training. Once that is over the node can stop and nothing that it did is lost; it leaves no contract, and goes on where it stands
/// when it is started again.
/// </summary>
internal sealed class DrainGoal
{
    private readonly ImmutableArray<(ContractId Contract, long Epoch, long Round)> rounds;
    private readonly ImmutableArray<(ContractId Runner, long Run)> works;

    private DrainGoal(ImmutableArray<(ContractId, long, long)> rounds, ImmutableArray<(ContractId, long)> works) =>
        (this.rounds, this.works) = (rounds, works);

    /// <summary>What a node has in hand now.</summary>
    public static DrainGoal Of(NodeState state) => new(
        [.. state.Contracts.Values.Where(part => TakesPart(state.Self.Id, part))
            .Select(part => (part.Reference.Contract, (long)part.Fold.Epoch, Round(part)))],
        [.. state.Runners.Values.Where(runner => runner.Work is not null && KindOf(runner) != TaskKind.RunTraining)
            .Select(runner => (runner.Reference.Contract, runner.Work!.Run))]);

    /// <summary>What is not over yet, a sentence; null if the node can stop.</summary>
    public string? Awaited(NodeState state)
    {
        foreach (var (contract, epoch, round) in rounds)
            if (state.Contracts.TryGetValue(contract, out var part) && part.Fold.Epoch == epoch && TakesPart(state.Self.Id, part)
                && (Round(part) <= round || !HoldsBase(state, part)))
                return $"The node stops once round {round} of {contract} is over and its model is on this disk.";
        foreach (var (runner, run) in works)
            if (state.Runners.TryGetValue(runner, out var part) && part.Work is { } work && work.Run == run)
                return $"The node stops once its work in run {run} of {runner} is over.";
        return null;
    }

    private static bool TakesPart(NodeId self, Participant part) =>
        part is { SetAside: null, Fold: { Ended: false, Round: { } round } } && !ExpulsionNotice.HasExpelled(part.Fold, self)
            && (part.Protocol is not null || round.View.Contains(self));

    private static long Round(Participant part) => part.Protocol?.Round ?? part.Fold.Round?.Round ?? 0;

    private static bool HoldsBase(NodeState state, Participant part) => part.Latest is not var (_, model) || state.Durable.Contains(model);

    private static TaskKind? KindOf(Core.Tasks.Operating.RunnerPart runner) =>
        runner.Fold.Run is { } run && runner.Fold.Tasks.TryGetValue(run.Task, out var task) ? task.Definition.Kind : null;
}
