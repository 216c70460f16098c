using System.Collections.Immutable;
using Starling.Core.Identity;

namespace Starling.Core.Blobs;

/// <summary>
/// How a blob goes from one node to many that want it at the same time. They are taken in groups; each member of a group gets a share of
/// the chunks from the source and the other shares from the members that got them, so that the source sends each group little more than one
/// blob, however many there are.
/// </summary>
/// <param name="Source">Whose uplink is spared.</param>
/// <param name="Group">The members of this node's group, itself included, in order; chunk c is the share of member c
/// modulo their number.</param>
/// <param name="Self">This node.</param>
/// <param name="Whole">Who has all of it: they may be asked for anything, the source last.</param>
public sealed record BlobSpread(NodeId Source, ImmutableArray<NodeId> Group, NodeId Self, ImmutableSortedSet<NodeId> Whole)
{
    /// <summary>The most members of a group.</summary>
    public const int MostMembers = 32;

    /// <summary>A blob of fewer chunks goes to all from whoever has it: another hop would take longer than it saves.</summary>
    public const int LeastChunks = 4;

    /// <summary>The spread as a member sees it.</summary>
    /// <param name="source">The node that has the blob.</param>
    /// <param name="members">Everybody who gets it.</param>
    /// <param name="self">This node, one of them.</param>
    /// <param name="whole">Who has all of it by now.</param>
    public static BlobSpread For(NodeId source, ImmutableSortedSet<NodeId> members, NodeId self, ImmutableSortedSet<NodeId> whole)
    {
        var first = Math.Max(0, members.IndexOf(self)) / MostMembers * MostMembers;
        return new BlobSpread(source, [.. members.Skip(first).Take(MostMembers)], self, whole);
    }

    /// <summary>The same where others have all of it, too, and may be asked.</summary>
    public BlobSpread Beside(ImmutableSortedSet<NodeId> holders) => this with { Whole = Whole.Union(holders) };

    /// <summary>Whether nothing has changed.</summary>
    public bool Matches(BlobSpread? other) =>
        other is not null && Source == other.Source && Self == other.Self && Group.AsSpan().SequenceEqual(other.Group.AsSpan())
            && Whole.SetEquals(other.Whole);
}
