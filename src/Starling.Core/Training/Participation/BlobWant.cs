using System.Collections.Immutable;
using Starling.Core.Blobs;
using Starling.Core.Identity;

namespace Starling.Core.Training.Participation;

/// <summary>A blob that this node must get.</summary>
/// <param name="Holders">Who should have it.</param>
/// <param name="Chunks">The chunks that are needed; null for all.</param>
/// <param name="Spread">How it goes round if several nodes get it at once; it is served while it arrives. Null if those who
/// have it are asked.</param>
internal sealed record BlobWant(ImmutableSortedSet<NodeId> Holders, ImmutableSortedSet<int>? Chunks = null, BlobSpread? Spread = null)
{
    /// <summary>What satisfies both: whoever names a blob that another has named can add a holder, and takes none away.</summary>
    public BlobWant And(BlobWant other) => new(
        Holders.Union(other.Holders), Chunks is null || other.Chunks is null ? null : Chunks.Union(other.Chunks),
        Spread is null ? other.Spread?.Beside(Holders) : Spread.Beside(other.Spread?.Whole ?? other.Holders));
}
