namespace Starling.Api.Events;

/// <summary>How fast somebody goes through a contract's rounds, by when he reached the latest of them. For one thread at a time.</summary>
public sealed class RoundPace
{
    private const int Window = 8;

    private readonly Queue<(long Round, DateTimeOffset At)> reached = new();
    private (long Round, DateTimeOffset At) last;

    /// <summary>The last round that was reached; 0 before the first.</summary>
    public long Round => last.Round;

    /// <summary>
    /// A round was reached. Who hears it again hears nothing new; an earlier one means that an admin had training begin again there, so
    /// that the pace is measured anew.
    /// </summary>
    public void Reach(long round, DateTimeOffset at)
    {
        if (round == Round)
            return;
        if (round < Round)
            reached.Clear();
        last = (round, at);
        reached.Enqueue(last);
        if (reached.Count > Window)
            reached.Dequeue();
    }

    /// <summary>
    /// How long it takes until the last round is reached, at the mean pace of the latest ones; null before the second one.
    /// </summary>
    /// <param name="rounds">How many rounds there are.</param>
    public TimeSpan? Remaining(long rounds) =>
        reached.Count < 2 ? null : (last.At - reached.Peek().At) / (last.Round - reached.Peek().Round) * Math.Max(0, rounds - last.Round);
}
