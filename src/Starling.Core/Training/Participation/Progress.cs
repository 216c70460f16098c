using Starling.Core.Blobs;
using Starling.Core.Identity;
using Starling.Core.Kernel;

namespace Starling.Core.Training.Participation;

/// <summary>
/// Verified progress of a leader: what keeps a slow one from being taken for a dead one. Nothing that a leader merely says counts.
/// </summary>
internal static class Progress
{
    /// <summary>This node sent bytes of a blob: if it is its own update and the leader takes it, the leader lives.</summary>
    public static void Served(NodeStep step, BlobServed served)
    {
        foreach (var (contract, p) in step.State.Contracts)
        {
            if (p.Fold.Round is not { } round || round.Leader != served.Peer || p.Update is not { } update || update.Update != served.Blob)
                continue;
            var total = p.Clocks.ServedBytes + served.Bytes;
            var isWhole = p.Clocks.ServedBytes < update.Bytes && total >= update.Bytes;
            if (total <= 2 * update.Bytes || isWhole)
                Count(step, contract, p with { Clocks = p.Clocks with { ServedBytes = total } }, served.Bytes, isWhole);
        }
    }

    /// <summary>A transfer moved. A leader that gathers, and whoever audits a proposal, makes progress by any holder; before that, by the leader's bytes alone.</summary>
    public static void Fetched(NodeStep step, BlobRequest request, Input input)
    {
        if (!step.State.Transfers.Blobs.TryGetValue(request.Blob, out var transfer))
            return;
        var p = step[transfer.Contract];
        if (p.Fold.Round is not { } round || round.Leader.IsNone)
            return;
        if (input is FetchFailed { Failure: FetchFailure.Corrupt } && request.Peer == round.Leader)
            step[transfer.Contract] = p with { Clocks = p.Clocks with { IsLeaderBroken = true } };
        if (round.Leader != step.Self && round.Proposal is null && request.Peer != round.Leader)
            return;
        if (input is ChunkArrived)
            Count(step, transfer.Contract, p, 0, isWhole: true);
        else if (input is ChunkProgressed progressed)
            Count(step, transfer.Contract, p, progressed.Bytes, isWhole: false);
    }

    /// <summary>A connection stands again.</summary>
    public static void PeerUp(NodeStep step, NodeId peer) => Broken(step, peer, isBroken: false);

    /// <summary>A connection broke: if it was the leader's, that is suspicion at once.</summary>
    public static void PeerDown(NodeStep step, NodeId peer) => Broken(step, peer, isBroken: true);

    private static void Broken(NodeStep step, NodeId peer, bool isBroken)
    {
        foreach (var (contract, p) in step.State.Contracts)
            if (p.Fold.Round is { } round && round.Leader == peer)
                step[contract] = p with { Clocks = p.Clocks with { IsLeaderBroken = isBroken } };
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
