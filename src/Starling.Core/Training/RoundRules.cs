using System.Collections.Immutable;
using Starling.Core.Contracts;
using Starling.Core.Identity;

namespace Starling.Core.Training;

/// <summary>The entries of an open round: <c>round-protocol</c>, section 3. The order of the checks is part of the rules.</summary>
internal static class RoundRules
{
    /// <summary>Whether an entry would be accepted.</summary>
    public static Refusal Check(TrainingState state, NodeId author, RoundEntry entry)
    {
        var round = state.Round!;
        if (!round.View.Contains(author) || state.Authors[author].Standing == Standing.Expelled)
            return Refusal.NotMember;
        if (!round.Settings.UsesRounds)
            return Refusal.NoRounds;
        if (entry.Round != round.Round)
            return entry.Round < round.Round ? Refusal.RoundClosed : Refusal.RoundAhead;
        if (state.Ended)
            return Refusal.Ended;
        if (entry.Opening != round.Opening)
            return Refusal.WrongOpening;
        if (entry is TermEntry inTerm && inTerm.Term != round.Term)
            return inTerm.Term < round.Term ? Refusal.StaleTerm : Refusal.TermAhead;
        return entry switch
        {
            Ready e => CheckReady(round, author, e),
            Claim => CheckClaim(state, author),
            Merged e => CheckMerged(round, author, e),
            AuditedSampled => !round.Settings.AllowsSamples ? Refusal.WrongMode : CheckLightVote(round, author),
            AuditedFull e => CheckFullVote(round, author, e),
            Receipt e => CheckReceipt(round, author, e),
            Suspect => CheckSuspect(round, author),
            Resign => round.Leader != author ? Refusal.NotLeader : Refusal.None,
            Reopen => !round.Ready.ContainsKey(author) ? Refusal.NotReady
                : round.Reopens.Contains(author) ? Refusal.AlreadyAsked : Refusal.None,
            _ => throw new InvalidOperationException($"{entry.GetType().Name} has no rule."),
        };
    }

    /// <summary>
    /// Whether a member may lead the open round: if it is eligible, or if no member that is or may become ready is. Else nobody could
    /// claim after the last eligible one has left.
    /// </summary>
    public static bool MayLead(TrainingState state, NodeId member) => state.Authors[member].LeaderEligible
        || !state.Round!.View.Any(other => state.Authors[other].LeaderEligible && MayBeReady(state, other));

    /// <summary>How many members must ask for a reopening: as many as a round needs, or all who are left if those are fewer.</summary>
    public static int NeededToReopen(TrainingState state) =>
        Math.Min(state.Round!.Settings.MinPeers, state.Round.View.Count(member => MayBeReady(state, member)));

    /// <summary>Whether a member of the view has an update in the open round, or may still have one.</summary>
    public static bool MayBeReady(TrainingState state, NodeId member) =>
        state.Round!.Ready.ContainsKey(member) || state.Authors[member].Standing == Standing.Member;

    /// <summary>Carries out an entry that <see cref="Check"/> lets pass.</summary>
    public static TrainingState Accept(TrainingState state, NodeId author, RoundEntry entry, ImmutableArray<Happening>.Builder happenings)
    {
        var round = state.Round!;
        switch (entry)
        {
            case Ready e:
                return state with
                {
                    Round = round with { Ready = round.Ready.Add(author, new ReadyUpdate(e.Update, e.Weight, e.Metrics, e.IsFinal)) }
                };
            case Claim:
                return state with { Round = round with { Leader = author, Frozen = [.. round.Ready.Keys] } };
            case Merged e:
                var proposal = new MergeClaim(e.Merge, e.Contributors);
                return Tally(state,
                    round with { Proposal = proposal, LeftOut = e.LeftOut, Votes = round.Votes.SetItem(author, new Vote(proposal)) },
                    happenings);
            case AuditedSampled or Receipt:
                return Tally(state, round with { Votes = round.Votes.SetItem(author, Vote.Sampled) }, happenings);
            case AuditedFull e:
                return Tally(state, round with { Votes = round.Votes.SetItem(author, new Vote(new MergeClaim(e.Merge, e.Contributors))) },
                    happenings);
            case Suspect:
                var suspected = round with { Suspects = round.Suspects.Add(author) };
                return 2 * suspected.Suspects.Count > round.Frozen.Count - 1
                    ? ChangeTerm(state, suspected, unresolved: false, happenings)
                    : state with { Round = suspected };
            case Resign:
                return ChangeTerm(state, round, unresolved: false, happenings);
            case Reopen:
                return OpenIfAsked(state with { Round = round with { Reopens = round.Reopens.Add(author) } }, happenings);
            default:
                throw new InvalidOperationException($"{entry.GetType().Name} was checked but cannot be carried out.");
        }
    }

    /// <summary>
    /// Opens the round anew if enough of those who are ready have asked for it. Asked anew when somebody goes: it may be enough now, and
    /// nobody asks twice; and where nobody is left nobody need ask.
    /// </summary>
    public static TrainingState OpenIfAsked(TrainingState state, ImmutableArray<Happening>.Builder happenings)
    {
        var round = state.Round!;
        var needed = NeededToReopen(state);
        var asked = round.Reopens.Count(round.Ready.ContainsKey);
        if (state.Ended || !round.Settings.UsesRounds || asked < needed)
            return state;
        happenings.Add(new Reopened(round.Round, round.Opening + 1));
        // Too few are left for this round: pending members are enough with them, or the contract ends and its last merge stands.
        return needed < round.Settings.MinPeers
            ? RosterRules.OpenAgain(state) : RosterRules.Stamp(state with { Round = round.NextOpening(barsLeader: state.Version >= 4) });
    }

    private static Refusal CheckReady(RoundState round, NodeId author, Ready e)
    {
        if (e.Base != round.Base)
            return Refusal.WrongBase;
        if (round.Ready.ContainsKey(author))
            return Refusal.AlreadyReady;
        return e.StateHash != round.OpenedHash ? Refusal.StateMismatch : Refusal.None;
    }

    private static Refusal CheckClaim(TrainingState state, NodeId author)
    {
        var round = state.Round!;
        if (!round.Leader.IsNone)
            return Refusal.TermTaken;
        if (!round.Ready.ContainsKey(author))
            return Refusal.NotReady;
        if (!MayLead(state, author))
            return Refusal.NotEligible;
        if (round.Barred == author && (state.Version < 3 || round.Ready.Keys.Any(other => other != author && MayLead(state, other))))
            return Refusal.Barred;
        if (round.Ready.Count < round.Settings.MinPeers || round.Ready.Count <= round.Dissent.Count)
            return Refusal.TooFewReady;
        return !round.DisputedPair.IsEmpty && round.DisputedPair.SetEquals(round.Ready.Keys) ? Refusal.DisputedPair : Refusal.None;
    }

    private static Refusal CheckMerged(RoundState round, NodeId author, Merged e)
    {
        if (round.Leader.IsNone || round.Leader != author)
            return Refusal.NotLeader;
        if (round.Proposal is not null)
            return Refusal.AlreadyProposed;
        if (!IsSorted(e.Contributors) || !IsSorted(e.LeftOut.Select(l => l.Member))
            || e.Contributors.Length + e.LeftOut.Length != round.Frozen.Count
            || !round.Frozen.SetEquals(e.Contributors.Concat(e.LeftOut.Select(l => l.Member))))
            return Refusal.BadContributors;
        return e.Contributors.Length < round.Settings.MinPeers ? Refusal.TooFewContributors : Refusal.None;
    }

    private static Refusal CheckFullVote(RoundState round, NodeId author, AuditedFull e)
    {
        if (round.Settings.Audit == AuditMode.Off)
            return Refusal.WrongMode;
        if (!round.Frozen.Contains(author))
            return Refusal.NotInSet;
        if (round.Proposal is null)
            return Refusal.NothingProposed;
        if (round.Votes.TryGetValue(author, out var vote) && vote.Full is not null)
            return Refusal.AlreadyVoted;
        if (!IsSorted(e.Contributors) || !round.Frozen.IsSupersetOf(e.Contributors))
            return Refusal.BadContributors;
        return e.Contributors.Length < round.Settings.MinPeers ? Refusal.TooFewContributors : Refusal.None;
    }

    private static Refusal CheckReceipt(RoundState round, NodeId author, Receipt e)
    {
        if (round.Settings.Audit != AuditMode.Off)
            return Refusal.WrongMode;
        var refusal = CheckLightVote(round, author);
        return refusal == Refusal.None && e.Merge != round.Proposal!.Merge ? Refusal.WrongDigest : refusal;
    }

    private static Refusal CheckLightVote(RoundState round, NodeId author)
    {
        if (!round.Frozen.Contains(author))
            return Refusal.NotInSet;
        if (round.Proposal is null)
            return Refusal.NothingProposed;
        if (round.Votes.ContainsKey(author))
            return Refusal.AlreadyVoted;
        return round.IsDisputed ? Refusal.NeedsFullAudit : Refusal.None;
    }

    private static Refusal CheckSuspect(RoundState round, NodeId author)
    {
        if (round.Leader.IsNone)
            return Refusal.NoLeader;
        if (round.Leader == author)
            return Refusal.UseResign;
        if (!round.Frozen.Contains(author))
            return Refusal.NotInSet;
        return round.Suspects.Contains(author) ? Refusal.AlreadySuspected : Refusal.None;
    }

    /// <summary>Tests, after every vote, whether the round commits.</summary>
    private static TrainingState Tally(TrainingState state, RoundState round, ImmutableArray<Happening>.Builder happenings)
    {
        // Once disputed, a term stays so: whoever disputes and takes it back must not decide which votes count.
        round = round with
        {
            IsDisputed = round.IsDisputed || round.Votes.Values.Any(vote => vote.Full is not null && !vote.Full.Equals(round.Proposal))
        };
        var winner = Winner(round);
        if (winner is not null)
            return Close(state, round, winner, happenings);
        var fullVotes = round.Votes.Values.Count(vote => vote.Full is not null);
        if (!round.IsDisputed || round.Frozen.Count != 2 || fullVotes != 2)
            return state with { Round = round };

        // Two voters, both audited in full, and they differ: nobody can tell who is right, so nobody is named.
        return ChangeTerm(state, round with { DisputedPair = round.Frozen }, unresolved: true, happenings);
    }

    private static MergeClaim? Winner(RoundState round)
    {
        if (round.Settings.Audit == AuditMode.Off)
            return round.Votes.Count >= 2 ? round.Proposal : null;
        if (!round.IsDisputed)
            return round.IsMajority(round.Votes.Count) ? round.Proposal : null;
        return round.Votes.Values.Select(vote => vote.Full).FirstOrDefault(
            full => full is not null && round.IsMajority(round.Votes.Values.Count(other => full.Equals(other.Full))));
    }

    private static TrainingState Close(TrainingState state, RoundState round, MergeClaim winner,
        ImmutableArray<Happening>.Builder happenings)
    {
        var disputed = round.IsDisputed;
        var holders =
            round.Votes.Where(vote => vote.Value.Full is null ? !disputed : vote.Value.Full.Equals(winner)).Select(vote => vote.Key);
        var named = round.Votes.Where(vote => vote.Value.Full is not null && !vote.Value.Full.Equals(winner)).Select(vote => vote.Key);
        var commit = new Commit(round.Round, round.Opening, round.Term, round.Leader, winner, [.. holders], [.. named], state.Height - 1)
        {
            PaceBefore = state.Pace,
        };
        happenings.Add(new Committed(commit));
        var losses = winner.Contributors.Select(member => round.Ready[member].Metrics.Loss);
        var recorded = RosterRules.Record(state, commit) with { Pace = state.Pace.After(state.Settings!, round.SyncInterval, losses) };
        return RosterRules.Open(recorded, round.Round + 1, winner.Merge,
            isOver: !round.Ready.IsEmpty && round.Ready.Values.All(ready => ready.IsFinal));
    }

    /// <summary>Ends the term: nobody leads, and its leader is barred from the next one.</summary>
    internal static TrainingState ChangeTerm(TrainingState state, RoundState round, bool unresolved,
        ImmutableArray<Happening>.Builder happenings)
    {
        happenings.Add(new TermChanged(round.Term + 1, round.Leader, unresolved));
        return state with { Round = round.NextTerm() };
    }

    /// <summary>Whether the list is sorted and names nobody twice.</summary>
    private static bool IsSorted(IEnumerable<NodeId> nodes)
    {
        NodeId? last = null;
        foreach (var node in nodes)
        {
            if (last is { } before && before.CompareTo(node) >= 0)
                return false;
            last = node;
        }

        return true;
    }
}
