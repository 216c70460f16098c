namespace Starling.Bench.Merging;

/// <summary>What one merge took.</summary>
/// <param name="Wall">Seconds that passed.</param>
/// <param name="Processor">Seconds of processor time of the whole process: what is left of <paramref name="Wall"/> when others
/// use the machine too.</param>
internal readonly record struct MergeTime(double Wall, double Processor);
