using System.Collections.Immutable;

namespace Starling.Core.Merging;

/// <summary>
/// The weighted trimmed mean of each coordinate (Yin et al., 2018): of the values in order, the lowest and the highest are cut off until a
/// share of the total weight is gone at each end, and what is left is averaged by weight. A value at the edge keeps the part of its weight
/// that is not cut. It tolerates attackers who hold no more than that share of the weight, and ties make no difference. The share counts in
/// millionths. With w' the weights divided by their greatest common divisor, T their sum and c = share * T, the sorted value i, with weight
/// b before it and e up to its end, keeps k_i = min(e, T - c) - max(b, c) if that is above 0; the result is sum(k_i x_i) / (T - c - c), all
/// in float64 in ascending order (of equal values the lesser weight first, -0 below +0), each product rounded before it is added, and
/// rounded to float32 at the end.
/// </summary>
public sealed class TrimmedMeanRule : IMergeRule
{
    private const string Share = "share";
    private const double Millionth = 1e6;

    /// <inheritdoc/>
    public string Name => "trimmedmean";

    /// <inheritdoc/>
    public string Summary => "the weighted mean of each coordinate without its lowest and highest values";

    /// <inheritdoc/>
    public ImmutableArray<MergeParameter> Parameters { get; } =
    [
        new(Share, 0.2, 0, 0.49, false, "the part of the total weight that is cut off at each end"),
    ];

    /// <inheritdoc/>
    public bool IsCoordinatewise => true;

    /// <inheritdoc/>
    public IPreparedMerge? Prepare(MergeInputs inputs, MergeParameters parameters, IBlockScheduler scheduler, out MergeFault? fault)
    {
        fault = null;
        int[] weights = [.. inputs.Models.Select(model => (int)model.Weight)];
        return new ColumnMerge(inputs, new TrimmedMeanKernel(weights, (int)Math.Round(parameters[Share] * Millionth)));
    }
}
