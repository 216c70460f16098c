using Starling.Core.Training;

namespace Starling.Simulation.Exploration;

/// <summary>What must hold in every state, beyond what the fold's rules ask: what honest nodes have promised is on their disks.</summary>
internal static class KernelRules
{
    /// <summary>The rule that an entry broke, or null.</summary>
    /// <param name="contract">What is explored.</param>
    /// <param name="before">The state before the entry.</param>
    /// <param name="after">The state after it.</param>
    /// <param name="result">What the fold said.</param>
    public static BrokenRule? Broken(ExploredContract contract, KernelWorld before, KernelWorld after, FoldResult result)
    {
        var old = before.Fold.Round!;
        var commits = result.Happenings.OfType<Committed>().Select(committed => committed.Commit).ToList();
        if (RoundSafety.Broken(contract, old, after.Fold.Round!, commits) is { } broken)
            return broken;
        foreach (var commit in commits)
            for (var i = 0; i < before.Nodes.Length; i++)
                if (commit.Holders.Contains(contract.Nodes[i].Id) && !before.Nodes[i].HasLostDisk && !Holds(after.Nodes[i], commit))
                    return new BrokenRule("every counted vote is for this merge, and its author holds it",
                        $"{contract.Nodes[i].Id.Name}'s vote counts in round {commit.Round}, but it does not hold that merge for opening {commit.Opening}, term {commit.Term}");
        return null;
    }

    /// <summary>The rule that a node broke by itself, or null.</summary>
    public static BrokenRule? Broken(ExploredContract contract, KernelWorld world)
    {
        for (var i = 0; i < world.Nodes.Length; i++)
        {
            var (node, id) = (world.Nodes[i], contract.Nodes[i].Id);
            if (node.Broken is not null)
                return node.Broken;
            // What went with a disk is gone, and the ledger tells: a higher incarnation.
            if (!node.HasLostDisk && world.Fold.Authors[id].Incarnation == 1 && world.Fold.Round!.Ready.TryGetValue(id, out var ready)
                && !node.State.Durable.Contains(ready.Update))
                return new BrokenRule("nothing announced is lost", $"{id.Name} no longer has its update");
            if (!node.IsDead && node.Part.Fold.Height != world.Fold.Height)
                return new BrokenRule("every node reads to the end",
                    $"{id.Name} stands at height {node.Part.Fold.Height} of {world.Fold.Height}");
        }

        return null;
    }

    private static bool Holds(KernelNode node, Commit commit) => node.State.Durable.Contains(commit.Merge.Merge)
        && node.Voted is { } vote && vote.Round == commit.Round && vote.Opening == commit.Opening && vote.Term == commit.Term;
}
