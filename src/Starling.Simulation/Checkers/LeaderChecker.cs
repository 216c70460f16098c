using Starling.Core.Contracts;
using Starling.Core.Identity;
using Starling.Core.Kernel;
using Starling.Core.Ledger;
using Starling.Core.Training;
using Starling.Simulation.Nodes;

namespace Starling.Simulation.Checkers;

/// <summary>One leader a term: whatever honest nodes report and the true fold says, a term of a round in an epoch has one leader.</summary>
internal sealed class LeaderChecker(IObservedWorld world) : Checker(world)
{
    private readonly SortedDictionary<(long Epoch, long Round, long Term), NodeId> leaders = [];
    private readonly ToldEpochs epochs = new();

    public override void Asked(IObservedNode node, Effect effect)
    {
        epochs.Asked(node, effect);
        if (node.IsHonest && effect is Report { Event: LeaderClaimed claimed })
            Check(node.Name, epochs.Of(node), claimed.Round, claimed.Term, claimed.Leader);
    }

    public override void Stepped(IObservedNode node, Input input, StepResult result) =>
        epochs.Stepped(World.Truth.Contract, node, input, result);

    public override void Folded(VerifiedEntry entry, TrainingState before, FoldResult result)
    {
        if (result.Refusal == Refusal.None && result.Entry is Claim claim)
            Check("the ledger", before.Epoch, claim.Round, claim.Term, entry.Entry.Body.Author);
    }

    private void Check(string who, long epoch, long round, long term, NodeId leader)
    {
        if (!leaders.TryAdd((epoch, round, term), leader) && leaders[(epoch, round, term)] != leader)
            World.Report("one leader a term",
                $"round {round} term {term} is led by {leaders[(epoch, round, term)].Name}; {who} says {leader.Name}");
    }
}
