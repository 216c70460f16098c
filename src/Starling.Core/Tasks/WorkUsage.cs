namespace Starling.Core.Tasks;

/// <summary>What work took so far.</summary>
/// <param name="Elapsed">On the clock.</param>
/// <param name="Processor">Of processor time.</param>
/// <param name="PeakMemory">The most memory at a time, in bytes; 0 if that is not known.</param>
public sealed record WorkUsage(TimeSpan Elapsed, TimeSpan Processor, long PeakMemory)
{
    /// <summary>Nothing yet.</summary>
    public static readonly WorkUsage None = new(TimeSpan.Zero, TimeSpan.Zero, 0);
}
