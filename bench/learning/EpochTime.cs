namespace Starling.Bench.Learning;

/// <summary>What one pass over all rows took.</summary>
/// <param name="Wall">Seconds that passed.</param>
/// <param name="Processor">Seconds of processor time of the whole process: what is left of <paramref name="Wall"/> when others
/// use the machine too.</param>
internal readonly record struct EpochTime(double Wall, double Processor);
