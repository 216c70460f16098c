using Starling.Core.Training;

namespace Starling.Simulation.Exploration;

/// <summary>What must hold of the fold after every entry, whoever appended it: <c>round-protocol</c>, section 5.</summary>
internal static class RoundSafety
{
    /// <summary>The rule that an entry broke, or null.</summary>
    /// <param name="contract">What is explored.</param>
    /// <param name="old">The round before the entry.</param>
    /// <param name="round">The round after it.</param>
    /// <param name="commits">The commits that it brought.</param>
    public static BrokenRule? Broken(ExploredContract contract, RoundState old, RoundState round, IReadOnlyList<Commit> commits)
    {
        if (round.Round != old.Round + commits.Count || commits.Count > 1 || commits.Any(commit => commit.Round != old.Round))
            return new BrokenRule("one commit a round", $"{commits.Count} commits lead from round {old.Round} to round {round.Round}");
        return commits.Count == 0 ? Frozen(old, round) : Contributors(contract, old, commits[0]) ?? Honest(contract, old, commits[0]);
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

    private static BrokenRule? Honest(ExploredContract contract, RoundState old, Commit commit)
    {
        var honest = old.Frozen.Count(contract.IsHonest);
        if (2 * honest <= old.Frozen.Count)
            return null;
        var isRight = commit.Merge.Merge == ExploredContract.Merge(commit.Merge.Contributors);
        if (!isRight && contract.Request.Audit == AuditMode.Full)
            return new BrokenRule("an honest majority that audits in full commits the right merge",
                $"round {commit.Round} commits a wrong one");
        foreach (var node in commit.Named)
            if (contract.IsHonest(node))
                return new BrokenRule("no honest node is named", $"{node.Name} is, in round {commit.Round}");
        return null;
    }
}
