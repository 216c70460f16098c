using Starling.Core.Identity;
using Starling.Core.Kernel;
using Starling.Simulation.Nodes;

namespace Starling.Simulation.Checkers;

/// <summary>
/// Honest replicas are equal bit for bit: what a node says that it holds, and what its program trains from, is the committed merge.
/// </summary>
internal sealed class ReplicaChecker(IObservedWorld world) : Checker(world)
{
    public override void Asked(IObservedNode node, Effect effect)
    {
        if (!node.IsHonest)
            return;
        if (effect is Report { Event: MergeHeld held })
        {
            CheckMerge(node, held.Round, held.Merge);
            CheckBytes(node, held.Merge, "says that it holds");
        }
        else if (effect is Deliver { Assignment: var work } && !work.Base.IsNone)
        {
            CheckMerge(node, work.Round - 1, work.Base);
            CheckBytes(node, work.Base, "gives its program");
        }
    }

    private void CheckMerge(IObservedNode node, long round, BlobId merge)
    {
        if (node.State?.Contracts.GetValueOrDefault(World.Truth.Contract) is { } part && part.Fold.Epoch != World.Truth.Epoch)
            return; // It has not read yet that an admin took the round back.
        foreach (var commit in World.Truth.Commits)
            if (commit.Round == round && commit.Merge.Merge != merge)
                World.Report("replicas are equal",
                    $"{node.Name} takes {merge.Short} for the merge of round {round}, which is {commit.Merge.Merge.Short}");
    }

    private void CheckBytes(IObservedNode node, BlobId merge, string claim)
    {
        if (node.Disk.Blob(merge)?.IsIntact() != true)
            World.Report("replicas are equal", $"{node.Name} {claim} merge {merge.Short}, which is not whole on its disk");
    }
}
