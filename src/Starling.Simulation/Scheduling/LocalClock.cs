using Starling.Core.Kernel;

namespace Starling.Simulation.Scheduling;

/// <summary>A node's own clock: it began somewhere else, and runs faster or slower than the world's.</summary>
/// <param name="Offset">What it showed when the world began.</param>
/// <param name="Rate">Its seconds a second of the world, 0.9 to 1.1.</param>
internal readonly record struct LocalClock(TimeSpan Offset, double Rate)
{
    /// <summary>What it shows at a moment of the world.</summary>
    public Instant Show(TimeSpan world) => new((Offset.Ticks + (long)(world.Ticks * Rate)) * 100);

    /// <summary>The first moment of the world at which it shows at least this.</summary>
    public TimeSpan When(Instant local)
    {
        if (local == Instant.Never)
            return TimeSpan.MaxValue;
        var guess = new TimeSpan((long)(((local.Nanoseconds / 100) - Offset.Ticks) / Rate));
        while (Show(guess) < local)
            guess += new TimeSpan(1);
        return guess;
    }
}
