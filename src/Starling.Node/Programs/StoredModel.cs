using Starling.Core.Identity;

namespace Starling.Node.Programs;

/// <summary>A model in the blob store.</summary>
/// <param name="Blob">Its blob.</param>
/// <param name="Bytes">The blob's length.</param>
public sealed record StoredModel(BlobId Blob, long Bytes);
