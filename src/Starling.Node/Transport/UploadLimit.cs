namespace Starling.Node.Transport;

/// <summary>
/// Spreads over time what a node uploads: a token bucket that holds a tenth of a second's worth. Turns come in the order in which they
/// are asked for, so connections that ask for slices of the same size have equal shares. Safe for use by several threads.
/// </summary>
internal sealed class UploadLimit
{
    // A peer must hear something well within its patience, however many others have their turn before it.
    private const int SlicesPerSecond = 20;
    private const int LeastSliceBytes = 1 << 10;

    // What may go out at once after a pause. It also makes up for timers that fire late.
    private static readonly TimeSpan Burst = TimeSpan.FromMilliseconds(100);

    private readonly long bytesPerSecond;
    private readonly TimeProvider clock;
    private readonly long start;
    private readonly ITimer timer;
    private readonly Lock gate = new();
    private readonly LinkedList<Turn> waiting = [];

    // Until when what went out has taken all that may.
    private TimeSpan spoken = -Burst;

    /// <summary>Makes a limit that nothing was taken of.</summary>
    /// <param name="bytesPerSecond">The rate; <see cref="long.MaxValue"/> for no limit.</param>
    /// <param name="clock">Tells the time, and wakes who waits.</param>
    public UploadLimit(long bytesPerSecond, TimeProvider clock)
    {
        (this.bytesPerSecond, this.clock, start) = (bytesPerSecond, clock, clock.GetTimestamp());
        SliceBytes = (int)Math.Clamp(bytesPerSecond / SlicesPerSecond, LeastSliceBytes, int.MaxValue);
        timer = clock.CreateTimer(_ => Serve(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>The most bytes to ask for at once.</summary>
    public int SliceBytes { get; }

    /// <summary>
    /// Waits until so many more bytes may go out. A wait that is cancelled takes nothing: those behind it are a place further ahead.
    /// </summary>
    public Task TakeAsync(int bytes, CancellationToken cancellation)
    {
        if (bytesPerSecond == long.MaxValue)
            return Task.CompletedTask;
        var turn = new Turn(bytes);
        lock (gate)
        {
            waiting.AddLast(turn);
            if (waiting.Count == 1)
                Serve();
            if (!turn.Task.IsCompleted)
                turn.Ending = cancellation.UnsafeRegister((_, token) => GiveUp(turn, token), null);
        }

        return turn.Task;
    }

    // What is taken counts from when it is: so whoever waits first waits for the same moment as the one before him, if that one gives up.
    private void Serve()
    {
        lock (gate)
            while (waiting.First is { Value: var next })
            {
                var now = clock.GetElapsedTime(start);
                if (spoken > now)
                {
                    timer.Change(TimeSpan.FromMilliseconds(Math.Ceiling((spoken - now).TotalMilliseconds)), Timeout.InfiniteTimeSpan);
                    return;
                }

                waiting.RemoveFirst();
                spoken = (spoken > now - Burst ? spoken : now - Burst) + TimeSpan.FromSeconds((double)next.Bytes / bytesPerSecond);
                next.Ending.Unregister();
                next.TrySetResult();
            }
    }

    private void GiveUp(Turn turn, CancellationToken cancellation)
    {
        lock (gate)
            if (waiting.Remove(turn))
                turn.TrySetCanceled(cancellation);
    }

    private sealed class Turn(int bytes) : TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)
    {
        public int Bytes => bytes;

        public CancellationTokenRegistration Ending { get; set; }
    }
}
