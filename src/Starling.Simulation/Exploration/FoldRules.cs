using Starling.Core.Identity;
using Starling.Core.Training;

namespace Starling.Simulation.Exploration;

/// <summary>What must hold after every entry, whoever appended it: <c>round-protocol</c>, section 5.</summary>
internal static class FoldRules
{
    /// <summary>The rule that an entry broke, or null.</summary>
    /// <param name="contract">What is explored.</param>
    /// <param name="before">The state before the entry.</param>
    /// <param name="after">The state after it.</param>
    /// <param name="result">What the fold said.</param>
    public static BrokenRule? Broken(ExploredContract contract, FoldWorld before, FoldWorld after, FoldResult result)
    {
        var (old, round) = (before.Fold.Round!, after.Fold.Round!);
        var commits = result.Happenings.OfType<Committed>().Select(committed => committed.Commit).ToList();
        if (round.Round != old.Round + commits.Count || commits.Count > 1 || commits.Exists(commit => commit.Round != old.Round))
            return new BrokenRule("one commit a round", $"{commits.Count} commits lead from round {old.Round} to round {round.Round}");
        if (commits.Count == 0)
            return Frozen(old, round);
        return Contributors(contract, old, commits[0]) ?? Held(contract, before, commits[0]) ?? Honest(contract, old, commits[0]);
    }

    private static BrokenRule? Frozen(RoundState old, RoundState round) =>
        round.Leader == old.Leader && round.Term == old.Term && !round.Leader.IsNone && !round.Frozen.SetEquals(old.Frozen)
            ? new BrokenRule("the frozen set stands", $"it changed within term {round.Term}")
            : null;

    private static BrokenRule? Contributors(ExploredContract contract, RoundState old, Commit commit)
    {
        if (commit.Merge.Contributors.Length < contract.Request.MinPeers)
            return new BrokenRule("at least minPeers contributors", $"round {commit.Round} commits {commit.Merge.Contributors.Length}");
        foreach (var node in commit.Merge.Contributors)
            if (!old.Ready.ContainsKey(node) || !old.Frozen.Contains(node))
                return new BrokenRule("contributors are ready and frozen", $"{node.Name} is not");
        return null;
    }

    // A counted vote says that its author holds the merge: it saved it for this very proposal, and has lost no disk, or not said so yet.
    private static BrokenRule? Held(ExploredContract contract, FoldWorld before, Commit commit)
    {
        for (var i = 0; i < contract.Nodes.Length - contract.Liars; i++)
        {
            var member = before.Members[i];
            if (!commit.Holders.Contains(contract.Nodes[i].Id) || member.HasLostDisk)
                continue;
            if (member.Held is not { } held || held.Round != commit.Round || held.Opening != commit.Opening || held.Term != commit.Term || held.Claim.Merge != commit.Merge.Merge)
                return new BrokenRule("every counted vote is for this merge, and its author holds it",
                    $"{contract.Nodes[i].Id.Name}'s vote counts in round {commit.Round}, but it did not save that merge for opening {commit.Opening}, term {commit.Term}");
        }

        return null;
    }

    private static BrokenRule? Honest(ExploredContract contract, RoundState old, Commit commit)
    {
        var honest = old.Frozen.Count(contract.IsHonest);
        if (2 * honest <= old.Frozen.Count)
            return null;
        var isRight = commit.Merge.Merge == ExploredContract.Merge(commit.Merge.Contributors);
        if (!isRight && contract.Request.Audit == AuditMode.Full)
            return new BrokenRule("an honest majority that audits in full commits the right merge", $"round {commit.Round} commits a wrong one");
        foreach (NodeId node in commit.Named)
            if (contract.IsHonest(node))
                return new BrokenRule("no honest node is named", $"{node.Name} is, in round {commit.Round}");
        return null;
    }
}
