using System.Collections.Immutable;
using Starling.Core.Identity;
using Starling.Core.Training.Participation.Gossip;

namespace Starling.Core.Tests.Training.Participation.Gossip;

public sealed class NeighbourGraphTests
{
    private static readonly EntryId Founding = new(Digest.Of("founding"u8));

    [Theory]
    [InlineData(2, 2)]
    [InlineData(3, 2)]
    [InlineData(4, 3)]
    [InlineData(5, 4)]
    [InlineData(7, 3)]
    [InlineData(9, 64)]
    [InlineData(10, 5)]
    [InlineData(50, 3)]
    [InlineData(64, 63)]
    [InlineData(201, 6)]
    public void EveryoneHasEquallyManyNeighboursWhoHaveItTooAndAllAreReached(int members, int degree)
    {
        var all = Members(members);
        var graph = all.ToDictionary(id => id, id => NeighbourGraph.Of(all, Founding, degree, id));
        Assert.All(graph, node => Assert.Equal(NeighbourGraph.Degree(degree, members), node.Value.Count));
        Assert.All(graph, node => Assert.All(node.Value, neighbour => Assert.Contains(node.Key, graph[neighbour])));
        Assert.All(graph, node => Assert.DoesNotContain(node.Key, node.Value));
        var reached = ImmutableSortedSet.Create(all[0]);
        for (var step = 0; step < members; step++)
            reached = reached.Union(reached.SelectMany(id => graph[id]));
        Assert.Equal(members, reached.Count);
    }

    [Fact]
    public void TwoNeighboursMakeARingInTheOrderOfIds()
    {
        var all = Members(5);
        Assert.Equal([all[1], all[4]], NeighbourGraph.Of(all, Founding, 2, all[0]));
        Assert.Equal([all[2], all[4]], NeighbourGraph.Of(all, Founding, 2, all[3]));
    }

    [Fact]
    public void MoreAreDrawnFromTheContractAndTheMembersAlone()
    {
        var all = Members(40);
        var other = new EntryId(Digest.Of("other"u8));
        Assert.All(all,
            id => Assert.Equal(NeighbourGraph.Of(all, Founding, 4, id), NeighbourGraph.Of([.. all.Reverse()], Founding, 4, id)));
        Assert.Contains(all, id => !NeighbourGraph.Of(all, Founding, 4, id).SetEquals(NeighbourGraph.Of(all, other, 4, id)));
    }

    /// <summary>Of a ring of 200 the far side is 100 steps away; of a random graph with four neighbours each, a handful.</summary>
    [Fact]
    public void ADrawnGraphIsShallow()
    {
        var all = Members(200);
        var (near, steps) = (ImmutableSortedSet.Create(all[0]), 0);
        for (; near.Count < all.Count; steps++)
            near = near.Union(near.SelectMany(id => NeighbourGraph.Of(all, Founding, 4, id)));
        Assert.InRange(steps, 4, 9);
    }

    [Fact]
    public void AStrangerHasNone() => Assert.Empty(NeighbourGraph.Of(Members(4), Founding, 2, NodeId.Create("test", "street", "x")));

    private static ImmutableSortedSet<NodeId> Members(int count) =>
        [.. Enumerable.Range(0, count).Select(i => NodeId.Create("test", "clinic", $"n{i:000}"))];
}
