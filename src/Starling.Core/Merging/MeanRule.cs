using System.Buffers;
using System.Collections.Immutable;
using Starling.Core.Models;

namespace Starling.Core.Merging;

/// <summary>
/// The weighted mean (McMahan et al., 2017, "FedAvg"). In float32: w_0 x_0, plus w_1 x_1, and so on in order, each product rounded before it
/// is added, divided by the sum of the weights. Two things are added to that, so that the mean of equal numbers is that number, also near
/// the end of float32's range: where the float32 sum overflows it is done in float64 instead; and the result is kept between the least and
/// the greatest input, which rounding may miss by a unit in the last place.
/// </summary>
public sealed class MeanRule : IMergeRule
{
    internal const string RuleName = "mean";

    private const int TileElements = 8_192;

    /// <inheritdoc/>
    public string Name => RuleName;

    /// <inheritdoc/>
    public string Summary => "the weighted mean of each coordinate";

    /// <inheritdoc/>
    public ImmutableArray<MergeParameter> Parameters => [];

    /// <inheritdoc/>
    public bool IsCoordinatewise => true;

    /// <inheritdoc/>
    public IPreparedMerge? Prepare(MergeInputs inputs, MergeParameters parameters, IBlockScheduler scheduler, out MergeFault? fault)
    {
        fault = null;
        return new Prepared(inputs);
    }

    private sealed class Prepared(MergeInputs inputs) : IPreparedMerge
    {
        public MergeFault? Merge(long offset, Span<float> destination)
        {
            var scratch = ArrayPool<float>.Shared.Rent(3 * TileElements);
            MergeFault? fault = null;
            for (var at = 0; at < destination.Length && fault is null; at += TileElements)
            {
                var tile = destination.Slice(at, Math.Min(TileElements, destination.Length - at));
                fault = MergeTile(offset + at, tile, scratch);
            }

            ArrayPool<float>.Shared.Return(scratch);
            return fault;
        }

        private MergeFault? MergeTile(long offset, Span<float> sum, Span<float> scratch)
        {
            var least = scratch.Slice(TileElements, sum.Length);
            var most = scratch.Slice(2 * TileElements, sum.Length);
            MergeFault? fault = null;
            for (var input = 0; input < inputs.Count; input++)
            {
                var values = inputs.View(input, offset, scratch[..sum.Length], ref fault);
                if (fault is not null)
                    return fault;
                if (input == 0)
                    MeanKernel.Begin(values, inputs.Models[input].Weight, sum, least, most);
                else
                    MeanKernel.Add(values, inputs.Models[input].Weight, sum, least, most);
            }

            var overflow = FiniteCheck.IndexOfNotFinite(sum) >= 0 ? SumAgain(offset, sum, scratch[..sum.Length]) : null;
            MeanKernel.Finish(inputs.TotalWeight, sum, least, most);
            if (overflow is not null)
                for (var i = 0; i < sum.Length; i++)
                    if (!double.IsNaN(overflow[i]))
                        sum[i] = Math.Clamp((float)(overflow[i] / inputs.TotalWeight), least[i], most[i]);
            return null;
        }

        // The sums of the coordinates that overflowed, in float64; NaN for the others.
        private double[] SumAgain(long offset, ReadOnlySpan<float> sum, Span<float> scratch)
        {
            var sums = new double[sum.Length];
            for (var input = 0; input < inputs.Count; input++)
            {
                var values = inputs.Models[input].Source.View(offset, scratch);
                for (var i = 0; i < sums.Length; i++)
                    sums[i] += (double)inputs.Models[input].Weight * values[i];
            }

            for (var i = 0; i < sums.Length; i++)
                if (float.IsFinite(sum[i]))
                    sums[i] = double.NaN;
            return sums;
        }
    }
}
