using Starling.Core.Blobs;
using Starling.Core.Identity;
using Starling.Core.Kernel;

namespace Starling.Core.Training.Participation.Leader;

/// <summary>
/// Verified progress of a leader: what keeps a slow one from being taken for a dead one. Nothing that a leader merely says counts.
/// </summary>
internal static class LeaderProgress
{
    /// <summary>
    /// Hears of a peer. If it is the leader, a broken connection is suspicion at once, and bytes of this node's own update that it takes
    /// show that it lives. A ledger that does not answer when the leader's time is up could not show its progress either: the time
    /// begins anew, until it does.
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
            case BlobServed served when round.Leader == served.Peer && p.Update is { } update && update.Update == served.Blob:
                var total = p.Clocks.ServedBytes + served.Bytes;
                var isWhole = p.Clocks.ServedBytes < update.Bytes && total >= update.Bytes;
                if (total <= 2 * update.Bytes || isWhole)
                    Count(step, contract, p with { Clocks = p.Clocks with { ServedBytes = total } }, served.Bytes, isWhole);
                break;
        }
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
