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
    public (BlobTransfer Transfer, NodeId Peer)? Best(IEnumerable<BlobTransfer> transfers)
    {
        (BlobTransfer, NodeId)? best = null;
        var rank = (int.MaxValue, long.MaxValue);
        foreach (var transfer in transfers)
        {
            if (!transfer.HasNext || transfer.RestsUntil > now)
                continue;
            var own = (byBlob.GetValueOrDefault(transfer.Blob), transfer.LastAsked);
            if (own.CompareTo(rank) >= 0 || HolderFor(transfer, default) is not { } peer)
                continue;
            best = (transfer, peer);
            rank = own;
        }

        return best;
    }

    /// <summary>
    /// The holder to ask: one that sent no rubbish and did not fail before others, then the least loaded, then the one asked longest ago.
    /// Null if all rest or have their hands full.
    /// </summary>
    public NodeId? HolderFor(BlobTransfer transfer, NodeId except)
    {
        NodeId? best = null;
        var rank = (true, int.MaxValue, int.MaxValue, long.MaxValue);
        foreach (var (peer, holder) in transfer.Holders)
        {
            var load = byPeer.GetValueOrDefault(peer);
            if (peer == except || holder.RestsUntil > now || load >= options.MaxRequestsPerPeer)
                continue;
            var own = (holder.Corrupt > 0, holder.Failures, load, holder.LastAsked);
            if (best is not null && own.CompareTo(rank) >= 0)
                continue;
            best = peer;
            rank = own;
        }

        return best;
    }
}
