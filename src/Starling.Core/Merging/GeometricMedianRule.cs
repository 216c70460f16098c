using System.Collections.Immutable;
using Starling.Core.Models;

namespace Starling.Core.Merging;

/// <summary>
/// The geometric median of whole states (Pillutla et al., 2022, "RFA"): the point with the least weighted sum of Euclidean distances to
/// them. <see cref="Weiszfeld"/> finds the coefficients c from the states' pairwise distances; an element of the result is then r + sum(c_i
/// (x_i - r)) in float64, in order, where r is the state with the largest coefficient, rounded to float32 and kept between the least and
/// the greatest input. If the median is one of the states, the result is that state bit for bit, in its floats. The states are read twice.
/// Work grows with the square of their number.
/// </summary>
/// <remarks>
/// A state whose distance d from the centre m of the <see cref="MajorityBall"/> exceeds reach = 10^6 times the ball's radius counts as m +
/// (reach / d) (x - m), each coordinate in float64 and rounded to float32, and the distances are then taken anew: it pulls as hard as
/// before and in the same direction, but its distance no longer drowns what tells the others apart. The median lies within C radii of m,
/// where C = (1 - a) / sqrt(1 - 2 a) and a is the weight outside of the ball (Minsker, "Geometric median and robust estimation in Banach
/// spaces", 2015): no pull is turned by more than C / 10^6, and C is below 23 among states of one weight.
/// </remarks>
public sealed class GeometricMedianRule : IMergeRule
{
    private const string Tolerance = "tolerance";
    private const string Iterations = "iterations";
    private const int TileElements = 4_096;

    // Beyond so many radii of the ball a state is drawn in. More would turn its pull less, and let float64 tell less of the others.
    private const double Reach = 1e6;

    /// <inheritdoc/>
    public string Name => "geomedian";

    /// <inheritdoc/>
    public string Summary => "the geometric median of whole models, by Weiszfeld's algorithm";

    /// <inheritdoc/>
    public ImmutableArray<MergeParameter> Parameters { get; } =
    [
        new(Iterations, 1_000, 1, 100_000, true, "the most steps"),
        new(Tolerance, 1e-6, 1e-12, 1, false, "a step shorter than this part of the radius within which most models lie is the last"),
    ];

    /// <inheritdoc/>
    public bool IsCoordinatewise => false;

    /// <inheritdoc/>
    public IPreparedMerge? Prepare(MergeInputs inputs, MergeParameters parameters, IBlockScheduler scheduler, out MergeFault? fault)
    {
        var squares = PairwiseDistances.Compute(inputs, scheduler, out fault);
        if (squares is null)
            return null;
        double[] weights = [.. inputs.Models.Select(model => (double)model.Weight)];
        var ball = MajorityBall.Find(squares, weights);
        if (DrawIn(inputs, squares, ball) is { } drawn)
        {
            inputs = drawn;
            squares = PairwiseDistances.Compute(inputs, scheduler, out fault);
            if (squares is null)
                return null;
        }

        return new Prepared(inputs, new Weiszfeld(squares, weights, ball).Solve(parameters[Tolerance], (int)parameters[Iterations]));
    }

    // Null if no state is too far off. The distances within the ball stay as they are, and so does the ball.
    private static MergeInputs? DrawIn(MergeInputs inputs, double[] squares, MajorityBall ball)
    {
        var distances = Array.ConvertAll(squares[(ball.Centre * inputs.Count)..((ball.Centre + 1) * inputs.Count)], Math.Sqrt);
        var reach = Reach * Math.Sqrt(ball.SquaredRadius);
        if (reach == 0 || distances.Max() <= reach)
            return null;
        var centre = inputs.Models[ball.Centre].Source;
        return MergeInputs.InOrder(inputs.Models.Select((model, i) => distances[i] > reach
            ? model with { Source = new ClippedModel(model.Source, centre, reach / distances[i]) }
            : model));
    }

    private sealed class Prepared(MergeInputs inputs, double[] coefficients) : IPreparedMerge
    {
        private readonly int reference = coefficients.AsSpan().IndexOf(coefficients.Max());

        public bool ProvesFinite => true;

        public MergeFault? Merge(long offset, Span<float> destination)
        {
            using var scratch = new AlignedBuffer<float>((3 + CombinationKernel.InputsAtOnce) * TileElements);
            using var sums = new AlignedBuffer<double>(TileElements);
            MergeFault? fault = null;
            for (var at = 0; at < destination.Length && fault is null; at += TileElements)
            {
                var tile = destination.Slice(at, Math.Min(TileElements, destination.Length - at));
                fault = MergeTile(offset + at, tile, scratch.Span, sums.Span[..tile.Length]);
            }

            return fault;
        }

        private MergeFault? MergeTile(long offset, Span<float> destination, Span<float> scratch, Span<double> sums)
        {
            var origin = View(reference, offset, Row(scratch, 0, sums.Length));
            var least = Row(scratch, 1, sums.Length);
            var most = Row(scratch, 2, sums.Length);
            origin.CopyTo(least);
            origin.CopyTo(most);
            sums.Clear();
            var input = 0;
            for (; input <= inputs.Count - CombinationKernel.InputsAtOnce; input += CombinationKernel.InputsAtOnce)
                CombinationKernel.Add(
                    View(input, offset, Row(scratch, 3, sums.Length)), View(input + 1, offset, Row(scratch, 4, sums.Length)),
                    View(input + 2, offset, Row(scratch, 5, sums.Length)), View(input + 3, offset, Row(scratch, 6, sums.Length)),
                    origin, coefficients.AsSpan(input), sums, least, most);
            for (; input < inputs.Count; input++)
                CombinationKernel.Add(View(input, offset, Row(scratch, 3, sums.Length)), origin, coefficients[input], sums, least, most);
            CombinationKernel.Finish(origin, sums, least, most, destination);
            // A NaN or an infinity among the inputs, and nothing else, makes the result one: even times 0 it is a NaN.
            MergeFault? fault = null;
            if (FiniteCheck.IndexOfNotFinite(destination) >= 0)
                for (input = 0; input < inputs.Count && fault is null; input++)
                    inputs.View(input, offset, Row(scratch, 3, sums.Length), ref fault);
            return fault;
        }

        private ReadOnlySpan<float> View(int input, long offset, Span<float> scratch) => inputs.UncheckedView(input, offset, scratch);

        private static Span<float> Row(Span<float> scratch, int row, int length) => scratch.Slice(row * TileElements, length);
    }
}
