namespace Starling.Simulation.Scheduling;

/// <summary>
/// Virtual time: what is to happen, ordered by when and, for the same moment, by who asked first. The only source of order in a simulated
/// world, so that one seed gives one run.
/// </summary>
internal sealed class EventHeap
{
    private readonly PriorityQueue<Action, Due> queue = new();
    private long sequence;

    /// <summary>The virtual time since the world began.</summary>
    public TimeSpan Now { get; private set; }

    /// <summary>How many events have happened.</summary>
    public long Happened { get; private set; }

    /// <summary>How many are to happen.</summary>
    public int Waiting => queue.Count;

    /// <summary>Plans an event. A moment that has passed means now.</summary>
    public void At(TimeSpan due, Action happen) =>
        queue.Enqueue(happen, new Due(due < Now ? Now.Ticks : due.Ticks, sequence++));

    /// <summary>Plans an event.</summary>
    public void After(TimeSpan delay, Action happen) => At(Now + delay, happen);

    /// <summary>Lets the next event happen if it is due by then; otherwise time passes until then.</summary>
    /// <returns>Whether an event happened.</returns>
    public bool Step(TimeSpan until)
    {
        if (!queue.TryPeek(out _, out var due) || due.Ticks > until.Ticks)
        {
            Now = until;
            return false;
        }

        var happen = queue.Dequeue();
        Now = new TimeSpan(due.Ticks);
        Happened++;
        happen();
        return true;
    }

    private readonly record struct Due(long Ticks, long Sequence) : IComparable<Due>
    {
        public int CompareTo(Due other)
        {
            var order = Ticks.CompareTo(other.Ticks);
            return order == 0 ? Sequence.CompareTo(other.Sequence) : order;
        }
    }
}
