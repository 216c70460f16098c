using System.Collections.Immutable;
using Starling.Core.Identity;
using Starling.Core.Kernel;

namespace Starling.Core.Training.Participation.Gossip;

/// <summary>
/// Who exchanges with whom: a connected graph in which all members have equally many neighbours, a function of the members, the contract
/// and the degree alone. Two neighbours each make a ring in the order of ids; more make a random regular graph, which mixes faster.
/// </summary>
/// <remarks>
/// The random graph begins as a circulant one over the members in random order, and its edges are then switched at random: a-b and
/// c-d become a-d and c-b where neither is there yet (Rao, Jana and Bandyopadhyay, 1996). Should the switches ever leave it in parts,
/// the circulant graph stands.
/// </remarks>
internal static class NeighbourGraph
{
    /// <summary>The most neighbours of a member.</summary>
    public const int MostDegree = 64;

    private const int SwitchesPerEdge = 10;

    /// <summary>
    /// How many neighbours each of so many members can have, if this many are wanted: all the others at most, and an even number where an
    /// odd one does not come out.
    /// </summary>
    public static int Degree(int wanted, int members)
    {
        var degree = Math.Min(wanted, members - 1);
        return degree % 2 == 1 && members % 2 == 1 ? degree - 1 : degree;
    }

    /// <summary>The neighbours of one member; empty for whoever is none, or alone.</summary>
    /// <param name="members">The members.</param>
    /// <param name="founding">The contract's entry 0, which seeds the draw.</param>
    /// <param name="degree">How many neighbours are wanted, from 2.</param>
    /// <param name="self">Whose.</param>
    public static ImmutableSortedSet<NodeId> Of(ImmutableSortedSet<NodeId> members, EntryId founding, int degree, NodeId self)
    {
        var place = members.IndexOf(self);
        if (place < 0 || members.Count < 2)
            return [];
        var each = Degree(degree, members.Count);
        var graph = each <= 2 ? Circulant([.. Enumerable.Range(0, members.Count)], each) : Drawn(members.Count, each, founding);
        return [.. graph[place].Select(neighbour => members[neighbour])];
    }

    private static SortedSet<int>[] Drawn(int members, int degree, EntryId founding)
    {
        var random = SeededRandom.FromEntropy(founding.Digest.ToArray()).Fork("neighbours");
        var order = Enumerable.Range(0, members).ToArray();
        random.Shuffle(order.AsSpan());
        var graph = Circulant(order, degree);
        Switch(graph, random);
        return IsConnected(graph) ? graph : Circulant(order, degree);
    }

    /// <summary>Each member and those up to half the degree before and behind it; an odd degree adds the one opposite.</summary>
    private static SortedSet<int>[] Circulant(int[] order, int degree)
    {
        var graph = Array.ConvertAll(order, _ => new SortedSet<int>());
        for (var at = 0; at < order.Length; at++)
        {
            for (var distance = 1; distance <= degree / 2; distance++)
                Join(graph, order[at], order[(at + distance) % order.Length]);
            if (degree % 2 == 1)
                Join(graph, order[at], order[(at + (order.Length / 2)) % order.Length]);
        }

        return graph;
    }

    private static void Switch(SortedSet<int>[] graph, SeededRandom random)
    {
        var edges =
            Enumerable.Range(0, graph.Length).SelectMany(from => graph[from].Where(to => to > from).Select(to => (from, to))).ToArray();
        for (var left = SwitchesPerEdge * edges.Length; left > 0; left--)
        {
            var (first, second) = (random.Next(edges.Length), random.Next(edges.Length));
            var (a, b) = edges[first];
            var (c, d) = random.Chance(0.5) ? edges[second] : (edges[second].to, edges[second].from);
            if (a == c || a == d || b == c || b == d || graph[a].Contains(d) || graph[c].Contains(b))
                continue;
            Part(graph, a, b);
            Part(graph, c, d);
            Join(graph, a, d);
            Join(graph, c, b);
            (edges[first], edges[second]) = ((a, d), (c, b));
        }
    }

    private static bool IsConnected(SortedSet<int>[] graph)
    {
        var seen = new SortedSet<int> { 0 };
        var open = new Stack<int>(seen);
        while (open.TryPop(out var at))
            foreach (var next in graph[at])
                if (seen.Add(next))
                    open.Push(next);
        return seen.Count == graph.Length;
    }

    private static void Join(SortedSet<int>[] graph, int a, int b)
    {
        graph[a].Add(b);
        graph[b].Add(a);
    }

    private static void Part(SortedSet<int>[] graph, int a, int b)
    {
        graph[a].Remove(b);
        graph[b].Remove(a);
    }
}
