using Starling.Core.Blobs;
using Starling.Core.Kernel;

namespace Starling.Node.Transport;

/// <summary>
/// What a peer answered when it was asked for a manifest: the manifest, checked against the blob's id, or why there is none.
/// </summary>
public readonly record struct ManifestAnswer(BlobManifest? Manifest, FetchFailure? Failure);
