using Starling.Core.Blobs;
using Starling.Core.Identity;

namespace Starling.Node.Transport;

/// <summary>What the transport serves to peers. Called from several threads at once.</summary>
public interface IBlobSource
{
    /// <summary>
    /// Whether the peer is in the blob's audience. It must not look at whether the blob is here: a stranger could measure that.
    /// </summary>
    bool Permits(NodeId peer, BlobId blob);

    /// <summary>The blob's manifest if it is here, else null.</summary>
    BlobManifest? Manifest(BlobId blob);

    /// <summary>Reads a whole chunk; false if it is not here.</summary>
    /// <param name="blob">The blob, whose manifest is here.</param>
    /// <param name="chunk">The chunk's index, within the manifest.</param>
    /// <param name="destination">Exactly as long as the chunk.</param>
    /// <param name="cancellation">The peer no longer wants it.</param>
    ValueTask<bool> ReadChunkAsync(BlobId blob, int chunk, Memory<byte> destination, CancellationToken cancellation);

    /// <summary>
    /// The transport took so many bytes of the blob for the peer since it said so last, 1 to 1 MiB. Said at the end of an answer, however
    /// that comes, and before it at most some twenty times a second.
    /// </summary>
    void Served(NodeId peer, BlobId blob, int bytes);
}
