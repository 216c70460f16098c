using Starling.Core.Identity;
using Starling.Core.Kernel;

namespace Starling.Core.Blobs;

/// <summary>A request to a peer that is under way.</summary>
/// <param name="Id">The operation.</param>
/// <param name="Blob">The blob.</param>
/// <param name="Peer">Who was asked.</param>
/// <param name="Chunk">The chunk; null for the manifest.</param>
/// <param name="Asked">When it was asked.</param>
/// <param name="Progressed">When it brought its latest bytes; at first, when it was asked.</param>
/// <param name="Heard">When its peer brought bytes of whatever request.</param>
public sealed record BlobRequest(OperationId Id, BlobId Blob, NodeId Peer, int? Chunk, Instant Asked, Instant Progressed, Instant Heard);
