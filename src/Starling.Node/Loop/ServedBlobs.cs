using Starling.Core.Blobs;
using Starling.Core.Identity;
using Starling.Core.Kernel;
using Starling.Node.Blobs;
using Starling.Node.Transport;

namespace Starling.Node.Loop;

/// <summary>Serves the blob store to peers, and tells the kernel how much they took.</summary>
internal sealed class ServedBlobs(BlobStore blobs, InputQueue queue, Traffic traffic) : IBlobSource
{
    public bool Permits(NodeId peer, BlobId blob) => blobs.Permits(peer, blob);

    public BlobManifest? Manifest(BlobId blob) => blobs.Manifest(blob);

    public ValueTask<bool> ReadChunkAsync(BlobId blob, int chunk, Memory<byte> destination, CancellationToken cancellation) =>
        blobs.ReadChunkAsync(blob, chunk, destination, cancellation);

    public void Served(NodeId peer, BlobId blob, int bytes)
    {
        traffic.Send(bytes);
        queue.Add(new BlobServed(peer, blob, bytes));
    }
}
