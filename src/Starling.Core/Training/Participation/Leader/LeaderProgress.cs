using Starling.Core.Blobs;
using Starling.Core.Identity;
using Starling.Core.Kernel;

namespace Starling.Core.Training.Participation.Leader;

/// <summary>
/// Verified progress of a leader: what keeps a slow one from being taken for a dead one. Nothing that a leader merely says counts; what
/// another member says of it does, as far as what this one sees by itself.
/// </summary>
internal static class LeaderProgress
{
    // The leader leaves an update out after half the timeout without bytes of it, and has three eighths left to merge in.
    private const int TestimoniesInPatience = 8;

    /// <summary>
    /// Hears of a peer. If it is the leader, a broken connection is suspicion at once, and bytes of this node's own update that it takes
    /// show that it lives. So do, within the same bound, those of other blobs: what it asked for before a restart, or in the round before,
    /// may be on its way yet and keep the update waiting. A ledger that does not answer when the leader's time is up could not show its
    /// progress either: the time begins anew, until it does.
    /// </summary>
    public static void Hear(NodeStep step, ContractId contract, Input news)
    {
        var p = step[contract];
        if (p.Fold.Round is not { } round)
            return;
        switch (news)
        {
            case PeerUp up when round.Leader == up.Peer:
                step[contract] = p with { Clocks = p.Clocks with { IsLeaderBroken = false } };
                break;
            case PeerDown down when round.Leader == down.Peer:
                step[contract] = p with { Clocks = p.Clocks with { IsLeaderBroken = true } };
                break;
            case LedgerReadFailed when p.Clocks.IsLedgerSilent || step.Due(p.Clocks.ProgressAt + LeaderProtocol.LeaderTimeout(round)):
                step[contract] = p with { Clocks = p.Clocks with { ProgressAt = step.Now, IsLedgerSilent = true } };
                break;
            case LedgerRead when p.Clocks.IsLedgerSilent:
                step[contract] = p with { Clocks = p.Clocks with { IsLedgerSilent = false } };
                break;
            case BlobServed served when round.Leader == served.Peer && p.Update is { } mine && mine.Update != served.Blob:
                var other = p.Clocks.OtherBytes + served.Bytes;
                if (other <= 2 * mine.Bytes)
                    Count(step, contract, p with { Clocks = p.Clocks with { OtherBytes = other } }, served.Bytes, isWhole: false);
                break;
            case BlobServed served when round.Leader == served.Peer && p.Update is { } update:
                var total = p.Clocks.ServedBytes + served.Bytes;
                var isWhole = p.Clocks.ServedBytes < update.Bytes && total >= update.Bytes;
                if (total <= 2 * update.Bytes || isWhole)
                {
                    Count(step, contract, p with { Clocks = p.Clocks with { ServedBytes = total } }, served.Bytes, isWhole);
                    Testify(step, contract, round);
                }

                break;
            case BlobServed served when IsAwaitingVotes(step, round, served):
                var taken = p.Clocks.AuditBytes.GetValueOrDefault(served.Peer) + served.Bytes;
                var clocks = p.Clocks with { AuditBytes = p.Clocks.AuditBytes.SetItem(served.Peer, taken) };
                // No auditor needs more than each update and the merge; what failed is asked for again.
                if (p.Update is { } own && taken <= 2 * own.Bytes * (round.Frozen.Count + 1))
                    Count(step, contract, p with { Clocks = clocks }, served.Bytes, isWhole: false);
                break;
        }
    }

    /// <summary>
    /// Whether a member that has not voted yet takes what it needs to, from this node, which has: the leader, or an earlier voter. Of the
    /// round's course these would see nothing else.
    /// </summary>
    private static bool IsAwaitingVotes(NodeStep step, RoundState round, BlobServed served) =>
        round.Proposal is { } proposal && round.Votes.ContainsKey(step.Self)
        && round.Frozen.Contains(served.Peer) && !round.Votes.ContainsKey(served.Peer)
        && (served.Blob == proposal.Merge || round.Ready.Values.Any(ready => ready.Update == served.Blob));

    /// <summary>
    /// A member says that the leader takes its update. That counts as far as this node would count it of its own, which is as long: each
    /// time more by the floor, and twice the update in all. So a member that lies for a leader helps it no more than it can help itself
    /// by taking an update slowly.
    /// </summary>
    public static void Told(NodeStep step, ContractId contract, NodeId member, Testimony testimony)
    {
        var p = step[contract];
        if (p.Fold.Round is not { } round || !testimony.IsOf(round) || round.Leader == step.Self || round.Leader == member
            || !round.Frozen.Contains(member) || p.Update is not { } own)
            return;
        var before = p.Clocks.Testified.GetValueOrDefault(member);
        // Less than it said before: it has started again, and counts anew.
        var more = testimony.Bytes < before.Said ? testimony.Bytes : testimony.Bytes - before.Said;
        if (more < step.State.Options.ProgressFloorBytes || more > (2 * own.Bytes) - before.Counted)
            return;
        var clocks = p.Clocks with { Testified = p.Clocks.Testified.SetItem(member, (testimony.Bytes, before.Counted + more)) };
        step[contract] = p with { Clocks = clocks.Progressed(step.Now) };
    }

    /// <summary>
    /// Says to the others that the leader takes this node's update, when it has just seen so: a few times in their patience, and not in
    /// rounds that take less.
    /// </summary>
    private static void Testify(NodeStep step, ContractId contract, RoundState round)
    {
        var p = step[contract];
        var pause = LeaderProtocol.LeaderTimeout(round) / TestimoniesInPatience;
        if (p.Clocks.ProgressAt != step.Now || step.Now < p.Clocks.TestifiedAt + pause)
            return;
        step[contract] = p with { Clocks = p.Clocks with { TestifiedAt = step.Now } };
        var message =
            new ProtocolMessage(contract, new Testimony(round.Round, round.Opening, round.Term, p.Clocks.ServedBytes).Encode());
        foreach (var member in round.Frozen)
            if (member != step.Self && member != round.Leader && step.State.PeersUp.Contains(member))
                step.Do(new Send(member, message));
    }

    /// <summary>
    /// A transfer moved. A leader that gathers, and whoever audits a proposal, makes progress by any holder; before that, by
    /// the leader's bytes alone.
    /// </summary>
    public static void Fetched(NodeStep step, ContractId contract, BlobRequest request, Input news)
    {
        var p = step[contract];
        if (p.Fold.Round is not { } round || round.Leader.IsNone)
            return;
        if (news is FetchFailed { Failure: FetchFailure.Corrupt } && request.Peer == round.Leader)
            step[contract] = p with { Clocks = p.Clocks with { IsLeaderBroken = true } };
        if (round.Leader != step.Self && round.Proposal is null && request.Peer != round.Leader)
            return;
        if (news is ChunkArrived)
            Count(step, contract, p, 0, isWhole: true);
        else if (news is ChunkProgressed progressed)
            Count(step, contract, p, progressed.Bytes, isWhole: false);
    }

    private static void Count(NodeStep step, ContractId contract, Participant p, long bytes, bool isWhole)
    {
        var uncounted = p.Clocks.UncountedBytes + bytes;
        step[contract] = p with
        {
            Clocks = isWhole || uncounted >= step.State.Options.ProgressFloorBytes
                ? p.Clocks.Progressed(step.Now)
                : p.Clocks with { UncountedBytes = uncounted },
        };
    }
}
