using Starling.Core.Kernel;
using Starling.Core.Ledger;
using Starling.Core.Training;
using Starling.Simulation.Nodes;

namespace Starling.Simulation.Checkers;

/// <summary>
/// One committed merge a round, with at least minPeers contributors out of the frozen set; nothing takes it back but an admin's restart,
/// which begins another epoch.
/// </summary>
internal sealed class CommitChecker(IObservedWorld world) : Checker(world)
{
    private readonly SortedDictionary<(long Epoch, long Round), MergeClaim> commits = [];
    private readonly ToldEpochs epochs = new();

    public override void Asked(IObservedNode node, Effect effect)
    {
        epochs.Asked(node, effect);
        if (node.IsHonest && effect is Report { Event: RoundCommitted commit })
            Check(node.Name, epochs.Of(node), commit.Round, new MergeClaim(commit.Merge, commit.Contributors));
    }

    public override void Stepped(IObservedNode node, Input input, StepResult result) =>
        epochs.Stepped(World.Truth.Contract, node, input, result);

    public override void Folded(VerifiedEntry entry, TrainingState before, FoldResult result)
    {
        foreach (var happening in result.Happenings)
            if (happening is Committed { Commit: var commit })
            {
                Check("the ledger", before.Epoch, commit.Round, commit.Merge);
                var round = before.Round!;
                if (commit.Round != round.Round)
                    World.Report("one committed merge a round", $"round {commit.Round} committed while round {round.Round} was open");
                if (commit.Merge.Contributors.Length < round.Settings.MinPeers || !round.Frozen.IsSupersetOf(commit.Merge.Contributors))
                    World.Report("contributors are frozen members",
                        $"round {commit.Round} has other contributors than at least {round.Settings.MinPeers} frozen ones");
            }
    }

    private void Check(string who, long epoch, long round, MergeClaim merge)
    {
        if (!commits.TryAdd((epoch, round), merge) && !commits[(epoch, round)].Equals(merge))
            World.Report("one committed merge a round",
                $"round {round} committed {commits[(epoch, round)].Merge.Short}; {who} says {merge.Merge.Short}");
    }
}
