using System.Buffers;
using Starling.Core.Kernel;
using Starling.Node.Blobs;
using Starling.Node.Transport;

namespace Starling.Node.Loop;

/// <summary>Gets manifests and chunks from peers into the blob store.</summary>
/// <param name="network">Reaches peers.</param>
/// <param name="blobs">Verifies and keeps what comes.</param>
/// <param name="queue">Hears of bytes on their way.</param>
/// <param name="traffic">Counts them.</param>
/// <param name="clock">Tells the time.</param>
public sealed class ChunkFetcher(PeerNetwork network, BlobStore blobs, InputQueue queue, Traffic traffic, TimeProvider clock)
{
    /// <summary>Gets a manifest and makes room for its blob.</summary>
    internal async Task<Input> FetchAsync(FetchManifest e, CancellationToken token)
    {
        var (manifest, failure) = await network.FetchManifestAsync(e.Peer, e.Blob, e.MaxBytes, token).ConfigureAwait(false);
        if (manifest is null)
            return new FetchFailed(e.Id, failure ?? FetchFailure.NotHeld);
        return blobs.Begin(e.Contract, manifest) == BlobWriteOutcome.Stored
            ? new ManifestArrived(e.Id, manifest)
            : new FetchFailed(e.Id, FetchFailure.NoSpace);
    }

    /// <summary>Gets a chunk, verifies it and writes it.</summary>
    internal async Task<Input> FetchAsync(FetchChunk e, CancellationToken token)
    {
        var tally = new ByteTally(clock, bytes => queue.Add(new ChunkProgressed(e.Id, bytes)));
        byte[]? rented = null;
        try
        {
            var failure = await network.FetchChunkAsync(
                e.Peer, e.Blob, e.Chunk, e.Length, () => (rented = ArrayPool<byte>.Shared.Rent(e.Length)).AsMemory(0, e.Length), Progress,
                token).ConfigureAwait(false);
            if (failure is { } reason)
                return new FetchFailed(e.Id, reason);
            return blobs.WriteChunk(e.Blob, e.Chunk, rented.AsSpan(0, e.Length)) switch
            {
                BlobWriteOutcome.Stored => new ChunkArrived(e.Id),
                BlobWriteOutcome.Corrupt => new FetchFailed(e.Id, FetchFailure.Corrupt),
                _ => new FetchFailed(e.Id, FetchFailure.NoSpace),
            };
        }
        finally
        {
            if (rented is not null)
                ArrayPool<byte>.Shared.Return(rented);
        }

        void Progress(int count)
        {
            traffic.Receive(count);
            tally.Add(count);
        }
    }

    /// <summary>What an exception says of a fetch: the disk's are lack of space, all others a peer that cannot be reached.</summary>
    internal static FetchFailure FailureOf(Exception fault) =>
        fault is BlobStoreException ? FetchFailure.NoSpace : FetchFailure.Unreachable;
}
