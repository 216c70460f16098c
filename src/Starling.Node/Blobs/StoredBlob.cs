using Starling.Core.Blobs;
using Starling.Core.Identity;

namespace Starling.Node.Blobs;

/// <summary>A blob that was found on disk.</summary>
internal sealed record StoredBlob(BlobId Id, ContractId Contract, BlobManifest Manifest, bool Durable);
