using System.Collections.Immutable;
using Starling.Core.Identity;

namespace Starling.Core.Training.Participation;

/// <summary>What a contract needs of this node's blobs. A function of the state: it is made anew after every input.</summary>
internal sealed class CustodyPlan
{
    /// <summary>Blobs that this node must get, whole or in part, and who should have them.</summary>
    public SortedDictionary<BlobId, BlobWant> Wanted { get; } = [];

    /// <summary>Blobs that must not go.</summary>
    public SortedSet<BlobId> Kept { get; } = [];

    /// <summary>Blobs that must be synced as soon as they are complete.</summary>
    public SortedSet<BlobId> Saved { get; } = [];

    /// <summary>Who may have which of the blobs that are complete here.</summary>
    public SortedDictionary<BlobId, ImmutableSortedSet<NodeId>> Audience { get; } = [];

    /// <summary>Nodes that this node keeps connections with.</summary>
    public SortedSet<NodeId> Peers { get; } = [];

    /// <summary>Adds nodes to a blob's audience.</summary>
    public void Share(BlobId blob, ImmutableSortedSet<NodeId> audience) =>
        Audience[blob] = Audience.TryGetValue(blob, out var before) ? before.Union(audience) : audience;
}
