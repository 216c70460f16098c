using Starling.Core.Ledger;
using Starling.Core.Training;

namespace Starling.Simulation.Checkers;

/// <summary>No honest node is named as one that voted for a wrong merge, where most of the frozen members are honest.</summary>
internal sealed class NamingChecker(IObservedWorld world) : Checker(world)
{
    public override void Folded(VerifiedEntry entry, TrainingState before, FoldResult result)
    {
        foreach (var happening in result.Happenings)
        {
            if (happening is Committed { Commit: var commit } && before.Round is { } round
                && round.IsMajority(round.Frozen.Count(member => World.Find(member)?.IsHonest == true)))
                foreach (var named in commit.Named)
                    if (World.Find(named)?.IsHonest == true)
                        World.Report("no honest node is named", $"round {commit.Round} names {named.Name}");
            if (happening is DisputedLate { Member: var member, Round: var late } && World.Find(member)?.IsHonest == true
                && before.Commits.Any(c => c.Round == late && World.Find(c.Leader)?.IsHonest == true))
                World.Report("honest audits agree",
                    $"{member.Name} found another merge than honest {before.Commits.First(c => c.Round == late).Leader.Name} in round {late}");
        }
    }
}
