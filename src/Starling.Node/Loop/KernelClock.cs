using Starling.Core.Kernel;

namespace Starling.Node.Loop;

/// <summary>A node's monotonic clock, counted from the moment that it was made.</summary>
/// <param name="time">What it is read from.</param>
public sealed class KernelClock(TimeProvider time)
{
    private readonly long start = time.GetTimestamp();

    /// <summary>What timers are made from.</summary>
    public TimeProvider Time => time;

    /// <summary>This moment.</summary>
    public Instant Now => Instant.Zero + time.GetElapsedTime(start);
}
