using Starling.Core.Kernel;
using Starling.Node.Loop;

namespace Starling.Node.Tests.Loop;

public sealed class WakeTimerTests
{
    private readonly ManualTime time = new();
    private readonly KernelClock clock;
    private int woken;

    public WakeTimerTests() => clock = new KernelClock(time);

    [Fact]
    public void It_wakes_once_and_never_too_early()
    {
        using var timer = new WakeTimer(clock, () => woken++);
        timer.Set(At(10));
        time.Advance(TimeSpan.FromSeconds(9.9));
        Assert.Equal(0, woken);
        time.Advance(TimeSpan.FromSeconds(0.1));
        Assert.Equal(1, woken);
        time.Advance(TimeSpan.FromDays(1));
        Assert.Equal(1, woken);
    }

    [Fact]
    public void The_last_moment_that_was_set_counts()
    {
        using var timer = new WakeTimer(clock, () => woken++);
        timer.Set(At(10));
        timer.Set(At(20));
        time.Advance(TimeSpan.FromSeconds(15));
        Assert.Equal(0, woken);
        timer.Set(Instant.Never);
        time.Advance(TimeSpan.FromSeconds(15));
        Assert.Equal(0, woken);
        timer.Set(At(1));
        time.Advance(TimeSpan.Zero);
        Assert.Equal(1, woken);
    }

    [Fact]
    public void A_moment_in_a_far_future_is_reached_in_pieces()
    {
        using var timer = new WakeTimer(clock, () => woken++);
        timer.Set(Instant.Zero + TimeSpan.FromDays(60));
        for (var day = 0; day < 59; day++)
            time.Advance(TimeSpan.FromDays(1));
        Assert.Equal(0, woken);
        time.Advance(TimeSpan.FromDays(1));
        Assert.Equal(1, woken);
    }

    private static Instant At(double seconds) => Instant.Zero + TimeSpan.FromSeconds(seconds);
}
