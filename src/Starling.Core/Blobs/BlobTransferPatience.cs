using System.Collections.Immutable;
using Starling.Core.Identity;
using Starling.Core.Kernel;

namespace Starling.Core.Blobs;

/// <summary>Says how long a request is waited for.</summary>
internal sealed class BlobTransferPatience(BlobTransferOptions options, Instant now)
{
    /// <summary>
    /// Finds requests that are waited for no longer: those that stand still or trickle while another holder has a hand free, and those
    /// whose peer is silent altogether. Who alone has a blob, and is slow, is waited for.
    /// </summary>
    public void Overdue(
        ImmutableSortedDictionary<BlobId, BlobTransfer> blobs, ImmutableSortedDictionary<OperationId, BlobRequest> requests,
        Action<BlobRequest> found)
    {
        BlobTransferChoice? choice = null;
        foreach (var request in requests.Values)
        {
            var transfer = blobs[request.Blob];
            var (stall, trickle, silence) = Deadlines(transfer, request);
            if (silence <= now)
            {
                found(request);
            }
            else if (stall <= now || trickle <= now)
            {
                choice ??= new BlobTransferChoice(options, now, requests.Values);
                if (choice.HolderFor(transfer, request.Chunk, request.Peer) is not { } other)
                    continue;
                choice.Count(request.Blob, other);
                found(request);
            }
        }
    }

    /// <summary>
    /// When something may be overdue, or somebody may be asked again. What is due already waits for an event, not for time.
    /// </summary>
    public Instant Next(ImmutableSortedDictionary<BlobId, BlobTransfer> blobs, ImmutableSortedDictionary<OperationId, BlobRequest> requests)
    {
        var next = Instant.Never;
        foreach (var request in requests.Values)
        {
            var (stall, trickle, silence) = Deadlines(blobs[request.Blob], request);
            Consider(stall);
            Consider(trickle);
            Consider(silence);
        }

        foreach (var transfer in blobs.Values)
        {
            if (transfer.Opening is not null)
                continue;
            Consider(transfer.RestsUntil);
            if (transfer.Spread is not null)
                Consider(transfer.MovedAt + (options.StallLimit / BlobTransferOptions.SourceDivisor));
            foreach (var holder in transfer.Holders.Values)
                Consider(holder.RestsUntil);
        }

        return next;

        void Consider(Instant at) => next = at > now && at < next ? at : next;
    }

    private (Instant Stall, Instant Trickle, Instant Silence) Deadlines(BlobTransfer transfer, BlobRequest request)
    {
        var patience = options.Patience(transfer.TimesGivenUp(request.Chunk));
        return (
            request.Progressed + patience,
            request.Asked + (patience * BlobTransferOptions.TrickleFactor),
            request.Heard + (patience * BlobTransferOptions.SilenceFactor));
    }
}
