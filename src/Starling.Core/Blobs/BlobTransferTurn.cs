using System.Collections.Immutable;
using Starling.Core.Identity;
using Starling.Core.Kernel;

namespace Starling.Core.Blobs;

/// <summary>One step of the transfers, while it is taken: the event first, then what is overdue, then new requests.</summary>
internal sealed class BlobTransferTurn(BlobTransfers before, Instant now, long nextOperation)
{
    private readonly BlobTransferOptions options = before.Options;
    private readonly ImmutableArray<Effect>.Builder effects = ImmutableArray.CreateBuilder<Effect>();
    private readonly ImmutableArray<BlobTransferOutcome>.Builder outcomes = ImmutableArray.CreateBuilder<BlobTransferOutcome>();
    private ImmutableSortedDictionary<BlobId, BlobTransfer> blobs = before.Blobs;
    private ImmutableSortedDictionary<OperationId, BlobRequest> requests = before.Requests;
    private ImmutableSortedDictionary<OperationId, BlobId> openings = before.Openings;
    private long next = nextOperation;

    public void Want(
        BlobId blob, ImmutableSortedSet<ContractId> contracts, long maxBytes, ImmutableArray<NodeId> holders,
        ImmutableSortedSet<int>? chunks, BlobSpread? spread)
    {
        var known = blobs.GetValueOrDefault(blob);
        if (known is not null && !(known.Chunks is null ? chunks is null : chunks is not null && known.Chunks.SetEquals(chunks)))
        {
            // What has arrived for the other wish is on disk, and is found there again.
            Drop(blob);
            known = null;
        }

        var merged = ImmutableSortedDictionary.CreateBuilder<NodeId, BlobHolder>();
        foreach (var holder in holders)
            merged[holder] = known?.Holders.GetValueOrDefault(holder) ?? BlobHolder.Fresh;
        if (known is not null)
        {
            var isNew = spread?.Whole.Except(known.Spread?.Whole ?? []);
            foreach (var holder in isNew ?? [])
                if (merged.TryGetValue(holder, out var waited) && waited.Misses > 0)
                    merged[holder] = waited with { Misses = 0, RestsUntil = Instant.Zero };
            blobs = blobs.SetItem(blob,
                known with { Contracts = contracts, MaxBytes = maxBytes, Holders = merged.ToImmutable(), Spread = spread });
            foreach (var request in requests.Values.Where(r => r.Blob == blob && !merged.ContainsKey(r.Peer)))
                TakeBack(request);
            RefuseIfTooLarge(blobs[blob]);
            return;
        }

        var operation = Operation();
        effects.Add(new OpenBlob(operation, blob));
        openings = openings.Add(operation, blob);
        blobs = blobs.Add(blob, new BlobTransfer
        {
            Blob = blob,
            Contracts = contracts,
            MaxBytes = maxBytes,
            Holders = merged.ToImmutable(),
            Chunks = chunks,
            Opening = operation,
            Spread = spread,
            MovedAt = now,
        });
    }

    public void Drop(BlobId blob)
    {
        if (!blobs.TryGetValue(blob, out var transfer))
            return;
        if (transfer.Opening is { } opening)
        {
            effects.Add(new Cancel(opening));
            openings = openings.Remove(opening);
        }

        foreach (var request in requests.Values.Where(r => r.Blob == blob))
        {
            effects.Add(new Cancel(request.Id));
            requests = requests.Remove(request.Id);
        }

        blobs = blobs.Remove(blob);
    }

    public void Opened(BlobOpened opened)
    {
        if (!openings.TryGetValue(opened.Operation, out var blob))
            return;
        openings = openings.Remove(opened.Operation);
        var transfer = blobs[blob] with { Opening = null };
        Take(opened.Manifest is null ? transfer : transfer.With(opened.Manifest, opened.Chunks));
    }

    public void Manifest(ManifestArrived arrived)
    {
        if (Complete(arrived.Operation) is { Chunk: null } request)
            Take(Succeeded(request).With(arrived.Manifest, []) with { MovedAt = now });
    }

    public void Chunk(ChunkArrived arrived)
    {
        if (Complete(arrived.Operation) is { Chunk: { } chunk } request)
            Take(Succeeded(request).Arrived(chunk) with { MovedAt = now });
    }

    public void Progressed(ChunkProgressed progressed)
    {
        if (progressed.Bytes < 1 || !requests.TryGetValue(progressed.Operation, out var request))
            return;
        requests = requests.SetItem(request.Id, request with { Progressed = now });
        blobs = blobs.SetItem(request.Blob, blobs[request.Blob] with { MovedAt = now });
        Hear(request.Peer);
    }

    public void Failed(FetchFailed failed)
    {
        if (Complete(failed.Operation) is not { } request)
            return;
        var transfer = blobs[request.Blob].Returned(request.Chunk);
        if (failed.Failure == FetchFailure.TooLarge)
        {
            RefuseTooLarge(transfer);
            return;
        }

        var isMiss = failed.Failure is FetchFailure.NotHeld or FetchFailure.Forbidden;
        if (failed.Failure == FetchFailure.NoSpace)
            transfer = WithoutSpace(transfer);
        else if (isMiss && transfer.Spread?.Whole.Contains(request.Peer) == false)
            transfer = transfer.WithHolder(request.Peer, holder => holder.Missed(now));
        else
            transfer = transfer.WithHolder(request.Peer, holder => holder.Failed(now, options, isMiss));
        if (failed.Failure == FetchFailure.Corrupt)
        {
            transfer =
                transfer.WithHolder(request.Peer, holder => holder with { Corrupt = Math.Min(holder.Corrupt, int.MaxValue - 1) + 1 });
            outcomes.Add(new PeerSentCorrupt(transfer.Contract, transfer.Blob, request.Peer, transfer.Holders[request.Peer].Corrupt));
        }

        blobs = blobs.SetItem(request.Blob, transfer);
    }

    public void Up(NodeId peer)
    {
        foreach (var transfer in blobs.Values)
            if (transfer.Holders.TryGetValue(peer, out var holder) && holder.Failures > 0)
                blobs = blobs.SetItem(transfer.Blob, transfer.WithHolder(peer, h => h with { Failures = 0, RestsUntil = Instant.Zero }));
    }

    public void Down(NodeId peer)
    {
        foreach (var request in requests.Values.Where(r => r.Peer == peer))
            TakeBack(request);
    }

    /// <summary>Takes requests from peers that are too slow, asks anew, and says when to look again.</summary>
    public BlobTransferStep End()
    {
        new BlobTransferPatience(options, now).Overdue(blobs, requests, request =>
        {
            TakeBack(request);
            blobs = blobs.SetItem(request.Blob, blobs[request.Blob].Impatient(request.Chunk));
        });
        var choice = new BlobTransferChoice(options, now, requests.Values);
        while (requests.Count < options.MaxRequests && choice.Best(blobs.Values) is { } best)
        {
            Ask(best.Transfer, best.Peer, best.Chunk);
            choice.Count(best.Transfer.Blob, best.Peer);
        }

        var after = before with { Blobs = blobs, Requests = requests, Openings = openings };
        return new BlobTransferStep(
            after, effects.ToImmutable(), outcomes.ToImmutable(), new BlobTransferPatience(options, now).Next(blobs, requests), next);
    }

    private void Ask(BlobTransfer transfer, NodeId peer, int? chunk)
    {
        var operation = Operation();
        effects.Add(chunk is { } index
            ? new FetchChunk(operation, peer, transfer.Blob, index, transfer.Manifest!.LengthOf(index), transfer.Manifest.Chunks[index])
            : new FetchManifest(operation, transfer.Contract, peer, transfer.Blob, transfer.MaxBytes));
        requests = requests.Add(operation, new BlobRequest(operation, transfer.Blob, peer, chunk, now, now, now));
        if (peer == transfer.Spread?.Source && transfer.StandsStill(now, options))
            transfer = transfer.Freeing((chunk ?? 0) % transfer.Cursors.Length, now);
        blobs = blobs.SetItem(transfer.Blob, transfer.Asked(peer, operation.Value, chunk));
    }

    private BlobRequest? Complete(OperationId operation)
    {
        if (!requests.TryGetValue(operation, out var request))
            return null;
        requests = requests.Remove(operation);
        return request;
    }

    private BlobTransfer Succeeded(BlobRequest request)
    {
        Hear(request.Peer);
        return blobs[request.Blob].WithHolder(request.Peer, holder => holder with { Failures = 0, Misses = 0 });
    }

    private void Hear(NodeId peer)
    {
        foreach (var request in requests.Values.Where(r => r.Peer == peer))
            requests = requests.SetItem(request.Id, request with { Heard = now });
    }

    private void TakeBack(BlobRequest request)
    {
        effects.Add(new Cancel(request.Id));
        requests = requests.Remove(request.Id);
        blobs = blobs.SetItem(request.Blob, blobs[request.Blob].Returned(request.Chunk)
            .WithHolder(request.Peer, holder => holder.Failed(now, options, isBehind: false)));
    }

    private void Take(BlobTransfer transfer)
    {
        blobs = blobs.SetItem(transfer.Blob, transfer);
        if (RefuseIfTooLarge(transfer) || !transfer.IsDone)
            return;
        outcomes.Add(transfer.IsWhole
            ? new BlobArrived(transfer.Contract, transfer.Blob, transfer.BytesHeld)
            : new BlobPartArrived(transfer.Contract, transfer.Blob, transfer.Chunks!));
        Drop(transfer.Blob);
    }

    private bool RefuseIfTooLarge(BlobTransfer transfer)
    {
        if (transfer.Manifest is null || transfer.Manifest.Length <= transfer.MaxBytes)
            return false;
        RefuseTooLarge(transfer);
        return true;
    }

    private void RefuseTooLarge(BlobTransfer transfer)
    {
        foreach (var contract in transfer.Contracts)
            outcomes.Add(new BlobTooLarge(contract, transfer.Blob));
        Drop(transfer.Blob);
    }

    private BlobTransfer WithoutSpace(BlobTransfer transfer)
    {
        if (transfer.RestsUntil > now)
            return transfer;
        outcomes.Add(new NoSpaceForBlob(transfer.Contract, transfer.Blob));
        var failures = Math.Min(transfer.SpaceFailures + 1, 30);
        return transfer with { SpaceFailures = failures, RestsUntil = now + options.BackOff(failures, options.LeastBackOff) };
    }

    private OperationId Operation() => new(next++);
}
