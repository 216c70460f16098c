using Starling.Core.Training;

namespace Starling.Simulation.Exploration;

/// <summary>What must hold after every entry where members are as the protocol's table has them.</summary>
internal static class FoldRules
{
    /// <summary>The rule that an entry broke, or null.</summary>
    /// <param name="contract">What is explored.</param>
    /// <param name="before">The state before the entry.</param>
    /// <param name="after">The state after it.</param>
    /// <param name="result">What the fold said.</param>
    public static BrokenRule? Broken(ExploredContract contract, FoldWorld before, FoldWorld after, FoldResult result)
    {
        var commits = result.Happenings.OfType<Committed>().Select(committed => committed.Commit).ToList();
        return RoundSafety.Broken(contract, before.Fold.Round!, after.Fold.Round!, commits)
            ?? commits.Select(commit => Held(contract, before, commit)).FirstOrDefault(broken => broken is not null);
    }

    // A counted vote says that its author holds the merge: it saved it for this very proposal, and has lost no disk, or not said so yet.
    private static BrokenRule? Held(ExploredContract contract, FoldWorld before, Commit commit)
    {
        for (var i = 0; i < contract.Nodes.Length - contract.Liars; i++)
        {
            var member = before.Members[i];
            if (!commit.Holders.Contains(contract.Nodes[i].Id) || member.HasLostDisk)
                continue;
            if (member.Held is not { } held || held.Round != commit.Round || held.Opening != commit.Opening || held.Term != commit.Term
                || held.Claim.Merge != commit.Merge.Merge)
                return new BrokenRule("every counted vote is for this merge, and its author holds it",
                    $"{contract.Nodes[i].Id.Name}'s vote counts in round {commit.Round}, but it did not save that merge for opening {commit.Opening}, term {commit.Term}");
        }

        return null;
    }
}
