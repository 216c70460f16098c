namespace Starling.Node.Transport;

/// <summary>
/// Spreads over time what a node uploads: a token bucket that holds a tenth of a second's worth. Turns are given in the order in which they
/// are asked for, so connections that ask for slices of the same size have equal shares. Safe for use by several threads.
/// </summary>
/// <param name="bytesPerSecond">The rate; <see cref="long.MaxValue"/> for no limit.</param>
/// <param name="clock">Tells the time, and wakes who waits.</param>
internal sealed class UploadLimit(long bytesPerSecond, TimeProvider clock)
{
    // A peer must hear something well within its patience, however many others have their turn before it.
    private const int SlicesPerSecond = 20;
    private const int LeastSliceBytes = 1 << 10;

    // What may go out at once after a pause. It also makes up for timers that fire late.
    private static readonly TimeSpan Burst = TimeSpan.FromMilliseconds(100);

    private readonly Lock gate = new();
    private readonly long start = clock.GetTimestamp();
    private TimeSpan spoken = -Burst;

    /// <summary>The most bytes to ask for at once.</summary>
    public int SliceBytes { get; } = (int)Math.Clamp(bytesPerSecond / SlicesPerSecond, LeastSliceBytes, int.MaxValue);

    /// <summary>Waits until so many more bytes may go out. A cancelled wait does not give its turn back.</summary>
    public Task TakeAsync(int bytes, CancellationToken cancellation)
    {
        if (bytesPerSecond == long.MaxValue)
            return Task.CompletedTask;
        TimeSpan wait;
        lock (gate)
        {
            var now = clock.GetElapsedTime(start);
            var turn = spoken > now - Burst ? spoken : now - Burst;
            spoken = turn + TimeSpan.FromSeconds((double)bytes / bytesPerSecond);
            wait = turn - now;
        }

        return wait <= TimeSpan.Zero ? Task.CompletedTask : Task.Delay(wait, clock, cancellation);
    }
}
