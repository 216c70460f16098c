namespace Starling.Node.Executors;

/// <summary>What a work used, all its processes together.</summary>
/// <param name="PeakMemoryBytes">The most memory at once. Without control groups it is sampled, and counts what processes
/// share once for each.</param>
/// <param name="ProcessorTime">Time on processors, summed over them. Without control groups it misses what passed
/// after the last sample.</param>
/// <param name="Wall">From start to now, or to the end.</param>
/// <param name="DiskBytes">What its folder takes on disk, as of the last look.</param>
public sealed record ResourceUse(long PeakMemoryBytes, TimeSpan ProcessorTime, TimeSpan Wall, long DiskBytes)
{
    /// <summary>Nothing yet.</summary>
    public static ResourceUse None { get; } = new(0, TimeSpan.Zero, TimeSpan.Zero, 0);
}
