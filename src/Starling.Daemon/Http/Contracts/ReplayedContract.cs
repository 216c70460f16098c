using System.Collections.Immutable;
using Starling.Core.Contracts;
using Starling.Core.Identity;
using Starling.Core.Ledger;
using Starling.Core.Training;

namespace Starling.Daemon.Http.Contracts;

/// <summary>
/// A contract as replayed from the ledger, with what its members did in all rounds: the fold itself keeps the latest ones only.
/// </summary>
/// <param name="State">The contract.</param>
/// <param name="Tallies">Of a training contract: its members.</param>
internal sealed record ReplayedContract(ContractState State, ImmutableSortedDictionary<NodeId, MemberTally> Tallies)
{
    /// <summary>A contract before its entry 0.</summary>
    public static ReplayedContract Begin(SignedEntry first) =>
        new(AnyContract.Begin(first), ImmutableSortedDictionary<NodeId, MemberTally>.Empty);

    /// <summary>The contract after one more entry.</summary>
    public ReplayedContract After(VerifiedEntry entry, ICertifier certifier)
    {
        if (State is not TrainingState before)
            return this with { State = AnyContract.Apply(State, entry, certifier).State };
        var result = TrainingFold.Apply(before, entry, certifier);
        return result.Refusal == Refusal.None
            ? new ReplayedContract(result.State, Count(before, entry.Entry.Body.Author, result))
            : this with { State = result.State };
    }

    private ImmutableSortedDictionary<NodeId, MemberTally> Count(TrainingState before, NodeId author, FoldResult result)
    {
        var tallies = Tallies;
        Change(author, tally => tally with { LastHeight = before.Height });
        if (result.Entry is Ready ready)
            Change(author, tally => tally.After(ready));
        if (result.Entry is Restart { Round: 1 })
            foreach (var member in tallies.Keys)
                Change(member, tally => tally with { Contributions = 0 });
        else if (result.Entry is Restart restart)
            foreach (var member in before.Commits.Where(commit => commit.Round >= restart.Round)
                .SelectMany(commit => commit.Merge.Contributors))
                Change(member, tally => tally with { Contributions = tally.Contributions - 1 });
        else if (result.Happenings.OfType<Committed>().Any() && result.State.LastCommit is { } committed)
            foreach (var member in committed.Merge.Contributors)
                Change(member, tally => tally with { Contributions = tally.Contributions + 1 });
        return tallies;

        void Change(NodeId member, Func<MemberTally, MemberTally> change) =>
            tallies = tallies.SetItem(member, change(tallies.GetValueOrDefault(member, MemberTally.None)));
    }
}
