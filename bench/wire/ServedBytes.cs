using System.Collections.Concurrent;
using Starling.Core.Blobs;
using Starling.Core.Identity;
using Starling.Node.Transport;

namespace Starling.Bench.Wire;

/// <summary>Counts what a node serves, blob by blob.</summary>
internal sealed class ServedBytes(IBlobSource source) : IBlobSource
{
    private readonly ConcurrentDictionary<BlobId, long> served = new();

    public long Of(BlobId blob) => served.GetValueOrDefault(blob);

    public bool Permits(NodeId peer, BlobId blob) => source.Permits(peer, blob);

    public BlobManifest? Manifest(BlobId blob) => source.Manifest(blob);

    public ValueTask<bool> ReadChunkAsync(BlobId blob, int chunk, Memory<byte> destination, CancellationToken cancellation) =>
        source.ReadChunkAsync(blob, chunk, destination, cancellation);

    public void Served(NodeId peer, BlobId blob, int bytes)
    {
        served.AddOrUpdate(blob, bytes, (_, sum) => sum + bytes);
        source.Served(peer, blob, bytes);
    }
}
