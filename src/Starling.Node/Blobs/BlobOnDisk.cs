using System.Collections.Immutable;
using Starling.Core.Blobs;

namespace Starling.Node.Blobs;

/// <summary>What the store has of a blob.</summary>
/// <param name="Manifest">Its manifest; null if it is unknown.</param>
/// <param name="Chunks">Which chunks are there and verified, one truth value a chunk; empty without a manifest.</param>
public sealed record BlobOnDisk(BlobManifest? Manifest, ImmutableArray<bool> Chunks);
