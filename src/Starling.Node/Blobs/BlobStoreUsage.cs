using System.Collections.Immutable;
using Starling.Core.Identity;

namespace Starling.Node.Blobs;

/// <summary>What the store takes of the disk.</summary>
/// <param name="Durable">Blobs that are saved.</param>
/// <param name="Unfinished">Blobs that arrive, are being written, or are whole but not saved.</param>
/// <param name="Bytes">Bytes of all of them, with what is reserved for those that arrive.</param>
/// <param name="ByContract">These bytes by contract.</param>
public sealed record BlobStoreUsage(int Durable, int Unfinished, long Bytes, ImmutableSortedDictionary<ContractId, long> ByContract);
