using System.Runtime.CompilerServices;
using Starling.Core.Kernel;

namespace Starling.Node.Events;

/// <summary>
/// The node's one stream of events. The latest stay for readers that come later; a reader that falls further behind misses the oldest and
/// sees a gap in the cursors. Publishing never waits for a reader.
/// </summary>
public sealed class EventStream
{
    /// <summary>How many events stay.</summary>
    public const int Capacity = 10_000;

    private readonly TimeProvider time;
    private readonly Lock gate = new();
    private readonly Queue<StreamedEvent> kept = new();
    private TaskCompletionSource changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long last;
    private bool ended;

    /// <summary>Begins or goes on with a stream.</summary>
    /// <param name="time">The clock that events are stamped with.</param>
    /// <param name="last">The last cursor that was given out, in an earlier run of the node too; 0 for none.</param>
    public EventStream(TimeProvider time, long last) => (this.time, this.last) = (time, last);

    /// <summary>The cursor of the last event; 0 before the first.</summary>
    public long Last
    {
        get
        {
            lock (gate)
                return last;
        }
    }

    /// <summary>Called in order with every event, under the stream's lock: must be quick, and publish nothing.</summary>
    public Action<StreamedEvent>? Observer { get; set; }

    /// <summary>Adds an event. Nothing is added once the stream has ended.</summary>
    public void Publish(NodeEvent happened)
    {
        TaskCompletionSource signal;
        lock (gate)
        {
            if (ended)
                return;
            var streamed = new StreamedEvent(++last, time.GetUtcNow(), happened);
            kept.Enqueue(streamed);
            if (kept.Count > Capacity)
                kept.Dequeue();
            Observer?.Invoke(streamed);
            (signal, changed) = (changed, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        }

        signal.SetResult();
    }

    /// <summary>Adds no more events; readers get what is left, and end.</summary>
    public void End()
    {
        lock (gate)
        {
            if (ended)
                return;
            ended = true;
        }

        changed.SetResult();
    }

    /// <summary>Gives the events after a cursor, and then each as it comes, until the stream ends.</summary>
    /// <param name="after">The cursor; 0 for all that are kept.</param>
    /// <param name="cancellation">Ends the reading.</param>
    public async IAsyncEnumerable<StreamedEvent> ReadAsync(long after, [EnumeratorCancellation] CancellationToken cancellation)
    {
        while (true)
        {
            StreamedEvent[] news;
            Task more;
            bool isLast;
            lock (gate)
            {
                news = [.. kept.Where(e => e.Cursor > after)];
                (more, isLast) = (changed.Task, ended);
            }

            foreach (var streamed in news)
                yield return streamed;
            if (news.Length > 0)
                after = news[^1].Cursor;
            else if (isLast)
                yield break;
            else
                await more.WaitAsync(cancellation).ConfigureAwait(false);
        }
    }
}
