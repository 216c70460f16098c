using Starling.Core.Kernel;

namespace Starling.Node.Loop;

/// <summary>The one timer of a node's kernel.</summary>
internal sealed class WakeTimer : IDisposable
{
    // Longer waits are cut into pieces: timers count in 32 bits.
    private static readonly TimeSpan Longest = TimeSpan.FromDays(1);
    private readonly KernelClock clock;
    private readonly Action wake;
    private readonly ITimer timer;
    private readonly Lock gate = new();
    private Instant due = Instant.Never;

    public WakeTimer(KernelClock clock, Action wake)
    {
        (this.clock, this.wake) = (clock, wake);
        timer = clock.Time.CreateTimer(_ => Fire(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Wakes at this moment and no longer at the one set before.</summary>
    public void Set(Instant at)
    {
        lock (gate)
        {
            due = at;
            Arm();
        }
    }

    public void Dispose() => timer.Dispose();

    private void Fire()
    {
        lock (gate)
        {
            if (clock.Now < due)
            {
                Arm();
                return;
            }

            due = Instant.Never;
        }

        wake();
    }

    private void Arm()
    {
        if (due == Instant.Never)
        {
            timer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            return;
        }

        // Rounded up to whole milliseconds: a timer that fires too early would only be set again.
        var wait = TimeSpan.FromMilliseconds(Math.Ceiling((due - clock.Now).TotalMilliseconds));
        timer.Change(wait < TimeSpan.Zero ? TimeSpan.Zero : wait > Longest ? Longest : wait, Timeout.InfiniteTimeSpan);
    }
}
