using Starling.Core.Identity;
using Starling.Core.Kernel;

namespace Starling.Core.Blobs;

/// <summary>Chooses what to ask for next, and of whom.</summary>
internal sealed class BlobTransferChoice
{
    private readonly BlobTransferOptions options;
    private readonly Instant now;
    private readonly SortedDictionary<NodeId, int> byPeer = [];
    private readonly SortedDictionary<BlobId, int> byBlob = [];

    public BlobTransferChoice(BlobTransferOptions options, Instant now, IEnumerable<BlobRequest> requests)
    {
        this.options = options;
        this.now = now;
        foreach (var request in requests)
            Count(request.Blob, request.Peer);
    }

    /// <summary>Counts a request as under way.</summary>
    public void Count(BlobId blob, NodeId peer)
    {
        byBlob[blob] = byBlob.GetValueOrDefault(blob) + 1;
        byPeer[peer] = byPeer.GetValueOrDefault(peer) + 1;
    }

    /// <summary>
    /// The blob with the fewest requests under way; of those, the one that was asked for longest ago, so that more blobs than requests
    /// take turns.
    /// </summary>
    public (BlobTransfer Transfer, NodeId Peer, int? Chunk)? Best(IEnumerable<BlobTransfer> transfers)
    {
        (BlobTransfer, NodeId, int?)? best = null;
        var rank = (int.MaxValue, long.MaxValue);
        foreach (var transfer in transfers)
        {
            if (!transfer.HasNext || transfer.RestsUntil > now)
                continue;
            var own = (byBlob.GetValueOrDefault(transfer.Blob), transfer.LastAsked);
            if (own.CompareTo(rank) >= 0 || Next(transfer) is not { } next)
                continue;
            best = (transfer, next.Peer, next.Chunk);
            rank = own;
        }

        return best;
    }

    /// <summary>The holder to ask for a chunk, or for the manifest; null if all that may be asked rest or have their hands full.</summary>
    public NodeId? HolderFor(BlobTransfer transfer, int? chunk, NodeId except)
    {
        var share = chunk is { } index ? index % transfer.Cursors.Length : transfer.OwnShare;
        return Better(transfer, WholeHolder(transfer, IsFree(transfer, share), except), OwnerOf(transfer, share, except));
    }

    /// <summary>
    /// What to ask for next, and of whom: the own share first, and then those that follow it, so that members of a
    /// group ask for different ones.
    /// </summary>
    private (NodeId Peer, int? Chunk)? Next(BlobTransfer transfer)
    {
        if (transfer.Manifest is null)
            return WholeHolder(transfer, isFree: true, default) is { } any ? (any, null) : null;
        var shares = transfer.Cursors.Length;
        var (free, spared) = (WholeHolder(transfer, isFree: true, default), WholeHolder(transfer, isFree: false, default));
        for (var step = 0; step < shares; step++)
        {
            var share = (transfer.OwnShare + step) % shares;
            if (transfer.NextOf(share) is { } chunk
                && Better(transfer, IsFree(transfer, share) ? free : spared, OwnerOf(transfer, share, default)) is { } peer)
                return (peer, chunk);
        }

        return null;
    }

    /// <summary>
    /// Whether a share may be asked of the source: the own one, one whose owner cannot bring it, and the next one if
    /// nothing has moved for some time.
    /// </summary>
    private bool IsFree(BlobTransfer transfer, int share) =>
        transfer.Spread is not { } spread || transfer.Owners.IsEmpty || transfer.Owners[share] == spread.Self
        || transfer.Freed.Contains(share) || transfer.StandsStill(now, options)
        || !transfer.Holders.TryGetValue(transfer.Owners[share], out var owner) || owner.Failures > 0 || owner.Corrupt > 0;

    /// <summary>
    /// Of those that have it all, one that sent no rubbish and did not fail before others, then the least loaded, then
    /// the one asked longest ago.
    /// </summary>
    private NodeId? WholeHolder(BlobTransfer transfer, bool isFree, NodeId except)
    {
        NodeId? best = null;
        foreach (var peer in transfer.Holders.Keys)
            if (peer != except && (transfer.Spread is not { } spread || (spread.Whole.Contains(peer) && (isFree || peer != spread.Source)))
                && IsAskable(transfer, peer))
                best = Better(transfer, best, peer);
        return best;
    }

    private NodeId? OwnerOf(BlobTransfer transfer, int share, NodeId except) =>
        transfer.Spread is { } spread && !transfer.Owners.IsEmpty && transfer.Owners[share] is var owner && owner != spread.Self
            && owner != except
        && transfer.Holders.ContainsKey(owner) && IsAskable(transfer, owner) ? owner : null;

    private bool IsAskable(BlobTransfer transfer, NodeId peer) =>
        transfer.Holders[peer].RestsUntil <= now && byPeer.GetValueOrDefault(peer) < options.MaxRequestsPerPeer;

    private NodeId? Better(BlobTransfer transfer, NodeId? first, NodeId? second)
    {
        if (first is not { } one || second is not { } other)
            return first ?? second;
        return Rank(other).CompareTo(Rank(one)) < 0 ? other : one;

        (bool, int, int, long) Rank(NodeId peer)
        {
            var holder = transfer.Holders[peer];
            return (holder.Corrupt > 0, holder.Failures, byPeer.GetValueOrDefault(peer), holder.LastAsked);
        }
    }
}
