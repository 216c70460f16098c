using Starling.Cli.Runs;

namespace Starling.Cli.Running;

/// <summary>What a run knows of one of its rounds.</summary>
/// <param name="round">The round, from 1.</param>
internal sealed class RoundView(long round)
{
    /// <summary>The round, from 1.</summary>
    public long Round => round;

    /// <summary>When it opened, by the first node that told.</summary>
    public DateTimeOffset? Opened { get; set; }

    /// <summary>
    /// When it committed, by the first node that told; where each node goes through its rounds by itself, when the last one had passed it.
    /// </summary>
    public DateTimeOffset? Committed { get; set; }

    /// <summary>The latest opening.</summary>
    public long Opening { get; set; }

    /// <summary>The latest term.</summary>
    public long Term { get; set; }

    /// <summary>Who leads the term; null if nobody does.</summary>
    public string? Leader { get; set; }

    /// <summary>The committed merge's blob id.</summary>
    public string? Merge { get; set; }

    /// <summary>Whose updates are in the merge.</summary>
    public IReadOnlyList<string> Contributors { get; set; } = [];

    /// <summary>Members whose update is announced, or that have passed the round by themselves.</summary>
    public SortedSet<string> Ready { get; } = new(StringComparer.Ordinal);

    /// <summary>Members of which neither is known, as far as somebody waits for them.</summary>
    public SortedSet<string> Awaited { get; } = new(StringComparer.Ordinal);

    /// <summary>What each node measured and counted, by its name.</summary>
    public SortedDictionary<string, NodeRound> Nodes { get; } = new(StringComparer.Ordinal);

    /// <summary>What the round's merge scored, or the mean of what the nodes' own models did; null before it was measured.</summary>
    public Score? Merged => Score.Mean(Nodes.Values.Select(part => part.Merged).OfType<Score>());

    /// <summary>One node's part, made when it is first asked for.</summary>
    public NodeRound Of(string node)
    {
        if (!Nodes.TryGetValue(node, out var part))
            Nodes[node] = part = new NodeRound();
        return part;
    }
}
