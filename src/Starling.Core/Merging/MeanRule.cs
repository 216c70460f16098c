using System.Collections.Immutable;
using Starling.Core.Models;

namespace Starling.Core.Merging;

/// <summary>
/// The weighted mean (McMahan et al., 2017, "FedAvg"). In float32: w_0 x_0, plus w_1 x_1, and so on in order, each product rounded before
/// it is added, divided by the sum of the weights. Two things are added to that, so that the mean of equal numbers is that number, also
/// near the end of float32's range: where the float32 sum overflows it is done in float64 instead; and the result is kept between the least
/// and the greatest input, which rounding may miss by a unit in the last place.
/// </summary>
public sealed class MeanRule : IMergeRule
{
    internal const string RuleName = "mean";

    private const int TileElements = Merger.BlockElements;

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
        private readonly float[] weights = [.. inputs.Models.Select(model => (float)model.Weight)];
        private readonly float closeness = Closeness(inputs);

        public bool ProvesFinite => true;

        public MergeFault? Merge(long offset, Span<float> destination) => Merge(offset, destination, false);

        public MergeFault? MergePastCaches(long offset, Span<float> destination) => Merge(offset, destination, true);

        private MergeFault? Merge(long offset, Span<float> destination, bool isPastCaches)
        {
            using var scratch = new AlignedBuffer<float>((3 + MeanKernel.InputsAtOnce) * TileElements);
            MergeFault? fault = null;
            for (var at = 0; at < destination.Length && fault is null; at += TileElements)
            {
                var tile = destination.Slice(at, Math.Min(TileElements, destination.Length - at));
                fault = MergeTile(offset + at, tile, scratch.Span, isPastCaches);
            }

            return fault;
        }

        private MergeFault? MergeTile(long offset, Span<float> destination, Span<float> scratch, bool isPastCaches)
        {
            MergeFault? fault = null;
            if (inputs.Count == 1)
            {
                inputs.View(0, offset, destination, ref fault).CopyTo(destination);
                return fault;
            }

            return TryWithoutRange(offset, destination, scratch, isPastCaches) ? null : MergeInRange(offset, destination, scratch);
        }

        // How close, as a share of its size, each input is to every other wherever the rounded mean can lie beyond them all, with room to
        // spare; 0 if no such bound is small. With n inputs the sum and the quotient err by at most c M, c = (n + 3) 2^-24 and M the
        // greatest magnitude. If the result exceeds the greatest input h, then h less the mean, which is at least p (h - x) for every input
        // x of share p, is at most c M, too. So all inputs, and the result, are within 2 c M / p of each other, and M is at most 4/3 of any
        // of them if c / p is at most 1/4.
        private static float Closeness(MergeInputs inputs)
        {
            var error = (inputs.Count + 3) * Math.ScaleB(1, -24) * inputs.TotalWeight / inputs.Models.Min(model => model.Weight);
            return inputs.Count >= MeanKernel.InputsAtOnce && error <= 0.25 ? (float)(4 * error) : 0;
        }

        // To find the least and the greatest input takes as long as the sum, and they almost never matter: they are
        // looked for only where they may.
        private bool TryWithoutRange(long offset, Span<float> destination, Span<float> scratch, bool isPastCaches)
        {
            if (closeness == 0)
                return false;
            var sum = Row(scratch, 0, destination.Length);
            // The last are a full group.
            var input = inputs.Count % MeanKernel.InputsAtOnce;
            for (var single = 0; single < input; single++)
                MeanKernel.Add(View(single, offset, Row(scratch, 3, sum.Length)), weights[single], single == 0, sum,
                    Row(scratch, 1, sum.Length), Row(scratch, 2, sum.Length));
            var isInDoubt = false;
            for (; input < inputs.Count; input += MeanKernel.InputsAtOnce)
            {
                var a = View(input, offset, Row(scratch, 3, sum.Length));
                var b = View(input + 1, offset, Row(scratch, 4, sum.Length));
                var c = View(input + 2, offset, Row(scratch, 5, sum.Length));
                var d = View(input + 3, offset, Row(scratch, 6, sum.Length));
                var e = View(input + 4, offset, Row(scratch, 7, sum.Length));
                if (input + MeanKernel.InputsAtOnce < inputs.Count)
                    MeanKernel.Add(a, b, c, d, e, weights.AsSpan(input), input == 0, sum);
                else
                    isInDoubt = MeanKernel.AddLast(a, b, c, d, e, weights.AsSpan(input), input == 0, sum, inputs.TotalWeight, closeness,
                        destination, isPastCaches);
            }

            return !isInDoubt;
        }

        private MergeFault? MergeInRange(long offset, Span<float> destination, Span<float> scratch)
        {
            MergeFault? fault = null;
            var sum = Row(scratch, 0, destination.Length);
            var least = Row(scratch, 1, destination.Length);
            var most = Row(scratch, 2, destination.Length);
            for (var input = 0; input < inputs.Count; input++)
                MeanKernel.Add(View(input, offset, Row(scratch, 3, sum.Length)), weights[input], input == 0, sum, least, most);
            double[]? overflow = null;
            // A NaN or an infinity would have made the sum one, so there is no need to look at every input.
            if (FiniteCheck.IndexOfNotFinite(sum) >= 0)
            {
                for (var input = 0; input < inputs.Count && fault is null; input++)
                    inputs.View(input, offset, Row(scratch, 3, sum.Length), ref fault);
                if (fault is not null)
                    return fault;
                overflow = SumAgain(offset, sum, Row(scratch, 3, sum.Length));
            }

            MeanKernel.Finish(inputs.TotalWeight, sum, least, most, destination);
            if (overflow is not null)
                for (var i = 0; i < destination.Length; i++)
                    if (!double.IsNaN(overflow[i]))
                        destination[i] = Math.Clamp((float)(overflow[i] / inputs.TotalWeight), least[i], most[i]);
            return null;
        }

        private static Span<float> Row(Span<float> scratch, int row, int length) => scratch.Slice(row * TileElements, length);

        private ReadOnlySpan<float> View(int input, long offset, Span<float> scratch) => inputs.UncheckedView(input, offset, scratch);

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
