using System.Collections.Immutable;
using Starling.Core.Blobs;
using Starling.Core.Canonical;
using Starling.Core.Contracts;
using Starling.Core.Identity;
using Starling.Core.Kernel;

namespace Starling.Core.Training.Participation.Leader;

/// <summary>
/// The sync protocol with an elected leader: what a node does on its own, <c>round-protocol</c>, section 4. The first line of the table
/// that holds is done; each line is a function below, in the table's order.
/// </summary>
internal sealed class LeaderProtocol : ISyncProtocol
{
    private const int MostDoublings = 3;

    /// <summary>After so many absent timeouts without a new update the round is reopened, whatever else was accepted.</summary>
    private const int MostAbsences = 4;

    /// <summary>The name that a contract's settings give.</summary>
    public const string ProtocolName = "leader";

    /// <inheritdoc/>
    public string Name => ProtocolName;

    /// <inheritdoc/>
    public bool UsesRounds => true;

    /// <inheritdoc/>
    public ImmutableArray<ProtocolParameter> Parameters => [];

    /// <inheritdoc/>
    public ProtocolFault? Check(ImmutableArray<double> values, int members) => null;

    /// <inheritdoc/>
    public ProtocolFault? CheckMerge(ImmutableArray<double> values, int members, int least) => null;

    /// <inheritdoc/>
    public bool Wants(Participant participant, UpdateReady ready) =>
        participant.Fold is { Ended: false, Round: { } round } && round.Round == ready.Round && round.Base == ready.Base;

    /// <inheritdoc/>
    public CustodyPlan Plan(NodeState node, Participant participant) => LeaderCustody.Plan(node, participant);

    /// <inheritdoc/>
    public void Receive(NodeStep step, ContractId contract, NodeId peer, ImmutableArray<byte> payload)
    {
        if (Testimony.Decode(payload) is { } testimony)
            LeaderProgress.Told(step, contract, peer, testimony);
    }

    /// <inheritdoc/>
    public void Hear(NodeStep step, ContractId contract, Input news) => LeaderProgress.Hear(step, contract, news);

    /// <inheritdoc/>
    public void Fetched(NodeStep step, ContractId contract, BlobRequest request, Input news) =>
        LeaderProgress.Fetched(step, contract, request, news);

    /// <inheritdoc/>
    public void Completed(NodeStep step, AwaitedByProtocol awaited, Completion completion) =>
        SampledAudit.Completed(step, awaited, completion);

    /// <inheritdoc/>
    public IProtocolState? Restore(NodeState node, ReadOnlySpan<byte> record) => null;

    /// <inheritdoc/>
    public BlobId Announced(ImmutableArray<byte> payload) => BlobId.None;

    /// <inheritdoc/>
    public void Advance(NodeStep step, ContractId contract)
    {
        if (step[contract].Fold.Deleted || step[contract].AuthorOf(step.State.Self) is not { } self)
            return;
        if (LeaderCheckIn.IsVoid(step, step[contract]))
            LocalUpdate.Drop(step, contract);
        if (LeaderCheckIn.Continued(step, step[contract]) is { } continued)
            step[contract] = step[contract] with { Update = continued };
        LocalUpdate.Advance(step, contract);
        MergeWork.Advance(step, contract);
        Assign(step, contract);
        var p = step[contract];
        if (!p.Reading.HasCaughtUp || !Outbox.IsIdle(p))
            return;
        var next = Outbox.HasLostDisk(p, self) ? Rejoin(step, p) : Next(step, p);
        if (next is not null && TrainingFold.Check(p.Fold, step.Self, next, step.State.Certifier) == Refusal.None)
            Outbox.Propose(step, contract, next);
    }

    private static TrainingEntry? Next(NodeStep step, Participant p)
    {
        var round = p.Fold.Round!;
        if (p.Fold.Ended || !round.View.Contains(step.Self))
            return null;
        return Ready(step, p, round)
            ?? Leave(step, p, round)
            ?? Claim(step, p, round)
            ?? Merged(step, p, round)
            ?? Vote(step, p, round)
            ?? Resign(step, p, round)
            ?? Suspect(step, p, round)
            ?? (TrainingEntry?)Reopen(step, p, round);
    }

    /// <summary>No longer holds its journal: fetches the last committed merge first.</summary>
    private static Rejoin? Rejoin(NodeStep step, Participant p)
    {
        var baseMerge = p.Fold.Round!.Base;
        return baseMerge.IsNone || step.State.Durable.Contains(baseMerge) ? new Rejoin() : null;
    }

    /// <summary>Not in R, trained from the base: announces its update.</summary>
    private static Ready? Ready(NodeStep step, Participant p, RoundState round)
    {
        if (round.Ready.ContainsKey(step.Self) || round.Dissent.Contains(step.Self) || p.Update is not { IsRecorded: true } update)
            return null;
        if (update.Round != round.Round || update.Base != round.Base || !step.State.Durable.Contains(update.Update))
            return null;
        return new Ready(round.Round, round.Opening, round.Base, round.OpenedHash, update.Update, update.Weight, update.Metrics,
            update.Final is not null);
    }

    /// <summary>Has trained all that it meant to and its last update is merged: leaves, if it does not contribute on.</summary>
    private static Leave? Leave(NodeStep step, Participant p, RoundState round) =>
        p.Update is { Final: CheckIn.Inactive } update && update.Round < round.Round
            && p.Fold.Authors[step.Self].Standing == Standing.Member ? new Leave() : null;

    /// <summary>
    /// In R, no leader, grace over, delay by its rank over, and by some more if it does not reach all that are ready: claims the term.
    /// </summary>
    private static Claim? Claim(NodeStep step, Participant p, RoundState round)
    {
        var claim = new Claim(round.Round, round.Opening, round.Term);
        if (TrainingFold.Check(p.Fold, step.Self, claim, step.State.Certifier) != Refusal.None)
            return null;
        var isComplete = round.Ready.Count == round.View.Count;
        var since = isComplete ? p.Clocks.ReadySince : p.Clocks.EnoughSince + round.Settings.Grace;
        if (p.Clocks.TermSince > since)
            since = p.Clocks.TermSince;
        var reachesAll = round.Ready.Keys.All(member => member == step.Self || step.State.PeersUp.Contains(member));
        var rank = Rank(p.Fold, round, step.Self) + (reachesAll ? 0 : TrainingSettings.RanksStoodBack);
        return step.Due(since + (round.Settings.ClaimDelay * rank)) ? claim : null;
    }

    /// <summary>Leads, has merged and holds the merge: proposes it.</summary>
    private static Merged? Merged(NodeStep step, Participant p, RoundState round)
    {
        if (round.Leader != step.Self || round.Proposal is not null || p.Choice is not { } choice || choice.Term != round.Term
            || choice.Round != round.Round)
            return null;
        return MergeWork.Result(step.State, p, choice.Contributors) is { } merge
            ? new Merged(round.Round, round.Opening, round.Term, merge, choice.Contributors, choice.LeftOut)
            : null;
    }

    /// <summary>In S, a proposal, no vote, audited and holds the merge: votes.</summary>
    private static TermEntry? Vote(NodeStep step, Participant p, RoundState round)
    {
        if (round.Proposal is not { } proposal || !round.Frozen.Contains(step.Self) || MergeWork.HasVoted(round, step.Self))
            return null;
        if (round.Settings.Audit == AuditMode.Off)
            return step.State.Durable.Contains(proposal.Merge) ? new Receipt(round.Round, round.Opening, round.Term, proposal.Merge) : null;
        if (!SampledAudit.IsFull(p, round))
            return SampledAudit.HasPassed(p, round) && step.State.Durable.Contains(proposal.Merge)
                ? new AuditedSampled(round.Round, round.Opening, round.Term) : null;
        return MergeWork.Audit(p, round) is { } contributors && MergeWork.Result(step.State, p, contributors) is { } merge
            ? new AuditedFull(round.Round, round.Opening, round.Term, merge, contributors)
            : null;
    }

    /// <summary>Leads, members came late, no progress to a commit: gives the term up.</summary>
    private static Resign? Resign(NodeStep step, Participant p, RoundState round)
    {
        if (round.Leader != step.Self || round.Ready.Count <= round.Frozen.Count)
            return null;
        return IsTimeUp(step, p, p.Clocks.MovedAt(round) + LeaderTimeout(round))
            ? new Resign(round.Round, round.Opening, round.Term) : null;
    }

    /// <summary>In S, no vote, no verified progress: suspects the leader.</summary>
    private static Suspect? Suspect(NodeStep step, Participant p, RoundState round)
    {
        if (round.Leader.IsNone || round.Leader == step.Self || !round.Frozen.Contains(step.Self) || round.Suspects.Contains(step.Self)
            || round.Votes.ContainsKey(step.Self))
            return null;
        return p.Clocks.IsLeaderBroken || IsTimeUp(step, p, p.Clocks.ProgressAt + LeaderTimeout(round))
            ? new Suspect(round.Round, round.Opening, round.Term) : null;
    }

    /// <summary>In R, nothing accepted and no verified progress for too long: asks for a reopening.</summary>
    private static Reopen? Reopen(NodeStep step, Participant p, RoundState round)
    {
        if (!round.Ready.ContainsKey(step.Self) || round.Reopens.Contains(step.Self)
            || round.Ready.Count < RoundRules.NeededToReopen(p.Fold))
            return null;
        // All who are left are ready, and too few: nothing can come but an update of one who leaves.
        var isLate = round.Ready.Count < round.Settings.MinPeers
            ? IsTimeUp(step, p, p.Clocks.ReadySince + round.Settings.Grace)
            // Neither may put it off for ever, what moves slowly or terms that come and go: leaders that cannot gather enough updates
            // replace each other without end.
            : IsTimeUp(step, p, p.Clocks.MovedAt(round) + AbsentTimeout(round))
                || IsTimeUp(step, p, p.Clocks.ReadySince + (AbsentTimeout(round) * MostAbsences));
        return isLate ? new Reopen(round.Round, round.Opening) : null;
    }

    /// <summary>
    /// Whether a timeout without progress is over. The ledger is read again before that is said: it may show what came meanwhile, or not
    /// answer, which is nobody's fault.
    /// </summary>
    private static bool IsTimeUp(NodeStep step, Participant p, Instant end) =>
        step.Due(end) && LedgerFollower.HasReadSince(step, p.Reference.Contract, end);

    /// <summary>How long no progress is borne; doubles with each term of the round.</summary>
    internal static TimeSpan LeaderTimeout(RoundState round) => Doubled(round.Settings.LeaderTimeout, round.Term - 1);

    /// <summary>How long a round bears that nothing comes; doubles with each of its openings.</summary>
    internal static TimeSpan AbsentTimeout(RoundState round) => Doubled(round.Settings.AbsentTimeout, round.Opening - 1);

    private static TimeSpan Doubled(TimeSpan span, long times) => span * (1 << (int)Math.Min(times, MostDoublings));

    /// <summary>The program's next work: the round's base, once this node holds it.</summary>
    private static void Assign(NodeStep step, ContractId contract)
    {
        var p = step[contract];
        var round = p.Fold.Round!;
        if (!p.Reading.HasCaughtUp || (!round.Base.IsNone && !step.State.Durable.Contains(round.Base)))
            return;
        if (!p.Fold.Ended && (!round.View.Contains(step.Self) || round.Ready.ContainsKey(step.Self) || p.Update is { Final: not null }
            || (p.Update is { } update && update.Round == round.Round && update.Base == round.Base)))
            return;
        var assignment =
            new Assignment(contract, round.Round, round.Base, p.Fold.Ended ? 0 : round.SyncInterval, p.Fold.Pace.Done, p.Fold.Ended);
        if (p.Assigned == assignment)
            return;
        step[contract] = p with { Assigned = assignment };
        step.Do(new Deliver(assignment));
        if (assignment.Last)
            step.Report(new TrainingEnded(contract, round.Round - 1, round.Base));
    }

    /// <summary>A member's place among those who may claim this term: a hash that nobody chooses.</summary>
    private static int Rank(TrainingState fold, RoundState round, NodeId self)
    {
        var own = Lot(round, self);
        var rank = 0;
        foreach (var member in round.Ready.Keys)
            if (member != self && member != round.Barred && RoundRules.MayLead(fold, member) && Lot(round, member).CompareTo(own) < 0)
                rank++;
        return rank;
    }

    private static Digest Lot(RoundState round, NodeId member) =>
        Digest.Of(new CanonicalWriter().Digest(round.OpenedHash).Int64(round.Round).Int64(round.Term).Node(member).Written);
}
