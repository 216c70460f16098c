namespace Starling.Simulation;

/// <summary>How often what happened, by name: a storm that never reopens a round tests nothing of reopening.</summary>
public sealed class StormCounts
{
    /// <summary>
    /// All bytes that nodes sent or read but those of models: entries written and read, hints, words, questions, refusals and manifests.
    /// </summary>
    public const string ProtocolBytes = "bytes of protocol";

    /// <summary>The bytes of models, from node to node.</summary>
    public const string ModelBytes = "bytes of models";

    private readonly SortedDictionary<string, long> counts = new(StringComparer.Ordinal);

    /// <summary>Names and numbers, sorted by name.</summary>
    public IReadOnlyDictionary<string, long> All => counts;

    /// <summary>How often this happened.</summary>
    public long this[string what] => counts.GetValueOrDefault(what);

    /// <summary>It happened so many times more.</summary>
    public void Add(string what, long times = 1) => counts[what] = counts.GetValueOrDefault(what) + times;

    /// <summary>Adds all of another count.</summary>
    public void Add(StormCounts other)
    {
        foreach (var (what, times) in other.counts)
            Add(what, times);
    }
}
