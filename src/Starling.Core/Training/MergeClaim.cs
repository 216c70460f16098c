using System.Collections.Immutable;
using Starling.Core.Identity;

namespace Starling.Core.Training;

/// <summary>A merge and whose updates are in it: what a leader proposes and a full audit confirms or contradicts.</summary>
public sealed record MergeClaim(BlobId Merge, ImmutableArray<NodeId> Contributors)
{
    /// <inheritdoc/>
    public bool Equals(MergeClaim? other) =>
        other is not null && Merge == other.Merge && Contributors.AsSpan().SequenceEqual(other.Contributors.AsSpan());

    /// <inheritdoc/>
    public override int GetHashCode() => (int)Merge.Digest.Prefix;
}
