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

    /// <summary>
    /// Blobs that came about in this contract: what this node itself made for it, and what was committed. Others are but named in it.
    /// </summary>
    public SortedSet<BlobId> Own { get; } = [];

    /// <summary>Who may have which of the blobs that are complete here.</summary>
    public SortedDictionary<BlobId, ImmutableSortedSet<NodeId>> Audience { get; } = [];

    /// <summary>Nodes that this node keeps connections with.</summary>
    public SortedSet<NodeId> Peers { get; } = [];

    /// <summary>Nothing but to keep these.</summary>
    public static CustodyPlan Keeping(IEnumerable<BlobId> blobs)
    {
        var plan = new CustodyPlan();
        plan.Kept.UnionWith(blobs);
        return plan;
    }

    /// <summary>Adds a blob that this node must get.</summary>
    public void Want(BlobId blob, BlobWant want) => Wanted[blob] = Wanted.TryGetValue(blob, out var before) ? before.And(want) : want;

    /// <summary>Keeps a blob of this contract's own, and has it synced.</summary>
    public void Hold(BlobId blob)
    {
        Kept.Add(blob);
        Saved.Add(blob);
        Own.Add(blob);
    }

    /// <summary>
    /// To whom a blob may be served for this contract. What is kept for another one too, and came about here as little as anything that is
    /// named, goes to nobody: else a member of one contract could have what is another one's by naming it.
    /// </summary>
    /// <param name="blob">The blob.</param>
    /// <param name="all">The plans of all contracts of the node, also of those that are set aside.</param>
    public ImmutableSortedSet<NodeId> AudienceOf(BlobId blob, IEnumerable<CustodyPlan> all) =>
        Own.Contains(blob) || !all.Any(other => other != this && other.Kept.Contains(blob)) ? Audience[blob] : [];

    /// <summary>Adds nodes to a blob's audience.</summary>
    public void Share(BlobId blob, ImmutableSortedSet<NodeId> audience) =>
        Audience[blob] = Audience.TryGetValue(blob, out var before) ? before.Union(audience) : audience;
}
