namespace Starling.Bench.Wire;

/// <summary>Repeated measurements of one quantity, and how they are told: median, least and most.</summary>
internal sealed class Spread
{
    private readonly List<double> values = [];

    public void Add(double value) => values.Add(value);

    public double Median => At(0.5);

    /// <summary>The value below which this share of the others lies.</summary>
    public double At(double share)
    {
        var sorted = values.Order().ToList();
        return sorted.Count == 0 ? double.NaN : sorted[Math.Min(sorted.Count - 1, (int)(share * sorted.Count))];
    }

    public string Tell(string format) =>
        $"{Median.ToString(format)} ({values.Min().ToString(format)} to {values.Max().ToString(format)}, {values.Count} runs)";
}
