namespace Starling.Fuzz.Targets;

/// <summary>
/// Keeps continuations that would otherwise run on another thread, and runs them when told: a run is then the same each time.
/// </summary>
internal sealed class PostedWork : SynchronizationContext
{
    private readonly Queue<(SendOrPostCallback Work, object? State)> waiting = new();

    public override void Post(SendOrPostCallback d, object? state) => waiting.Enqueue((d, state));

    /// <summary>Runs what waits, and what it brings.</summary>
    public void Run()
    {
        while (waiting.TryDequeue(out var next))
            next.Work(next.State);
    }
}
