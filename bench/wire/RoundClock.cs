using System.Collections.Concurrent;

namespace Starling.Bench.Wire;

/// <summary>Holds the nodes back between two rounds, so that something else can be measured there.</summary>
internal sealed class RoundClock(int nodes)
{
    private readonly ConcurrentDictionary<long, Beginning> beginnings = new();

    /// <summary>A node has what it needs for a round, and so holds the merge before it; it waits until the round is let go.</summary>
    public Task BeginsAsync(long round)
    {
        var beginning = Of(round);
        if (Interlocked.Increment(ref beginning.Nodes) == nodes)
            beginning.Begun.TrySetResult();
        return beginning.Released.Task;
    }

    /// <summary>Completes when all nodes have begun.</summary>
    public Task BegunAsync(long round) => Of(round).Begun.Task;

    /// <summary>Lets the nodes go on with a round.</summary>
    public void Release(long round) => Of(round).Released.TrySetResult();

    private Beginning Of(long round) => beginnings.GetOrAdd(round, _ => new Beginning());

    private sealed class Beginning
    {
        public int Nodes;

        public TaskCompletionSource Begun { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TaskCompletionSource Released { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
