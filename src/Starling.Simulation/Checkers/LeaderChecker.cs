using Starling.Core.Identity;
using Starling.Core.Kernel;
using Starling.Core.Ledger;
using Starling.Core.Training;
using Starling.Simulation.Nodes;

namespace Starling.Simulation.Checkers;

/// <summary>One leader a term: whatever honest nodes report and the true fold says, a term of a round has one leader.</summary>
internal sealed class LeaderChecker(IObservedWorld world) : Checker(world)
{
    private readonly SortedDictionary<(long Round, long Term), NodeId> leaders = [];

    public override void Asked(IObservedNode node, Effect effect)
    {
        if (node.IsHonest && effect is Report { Event: LeaderClaimed claimed })
            Check(node.Name, claimed.Round, claimed.Term, claimed.Leader);
    }

    public override void Folded(VerifiedEntry entry, TrainingState before, FoldResult result)
    {
        if (result.Refusal == Refusal.None && result.Entry is Claim claim)
            Check("the ledger", claim.Round, claim.Term, entry.Entry.Body.Author);
    }

    private void Check(string who, long round, long term, NodeId leader)
    {
        if (!leaders.TryAdd((round, term), leader) && leaders[(round, term)] != leader)
            World.Report("one leader a term", $"round {round} term {term} is led by {leaders[(round, term)].Name}; {who} says {leader.Name}");
    }
}
