namespace Starling.Core.Merging;

/// <summary>
/// Which states Krum trusts (Blanchard et al., 2017): the score of a state is the sum of its squared distances to the n - f - 2 others that
/// are nearest to it, and the least scores win. A state is no neighbour of its own, whatever its distance to the others; of equal scores
/// the state that comes first in the merge's order wins. The distances are added from the least up, in float64.
/// </summary>
internal static class KrumSelection
{
    /// <summary>The fewest states that f attackers and m chosen ones can be among; where f is 0, the fewest of all.</summary>
    internal static int LeastCount(int f, int m) => Math.Max((2 * f) + 3, f + m + 2);

    /// <summary>Chooses and averages.</summary>
    /// <param name="inputs">The states.</param>
    /// <param name="f">How many are not to be trusted; 0 for as many as n and m allow.</param>
    /// <param name="m">How many are chosen; 0 for n - f - 2.</param>
    /// <param name="scheduler">Runs the work.</param>
    /// <param name="fault">Why there is no result.</param>
    /// <returns>The weighted mean of the chosen ones, which is the chosen one itself, bit for bit, if m is 1. Its integers are those of the
    /// best one.</returns>
    internal static IPreparedMerge? Prepare(MergeInputs inputs, int f, int m, IBlockScheduler scheduler, out MergeFault? fault)
    {
        fault = inputs.Count < LeastCount(f, m) ? new MergeFault(MergeFaultKind.TooFewStates, -1, LeastCount(f, m)) : null;
        if (fault is not null || PairwiseDistances.Compute(inputs, scheduler, out fault) is not { } squares)
            return null;
        if (f == 0)
            f = Math.Min((inputs.Count - 3) / 2, inputs.Count - m - 2);
        var neighbours = inputs.Count - f - 2;
        var chosen = Choose(squares, inputs.Count, neighbours).Take(m == 0 ? neighbours : m).ToArray();
        var mean = new MeanRule().Prepare(MergeInputs.InOrder(chosen.Order().Select(input => inputs.Models[input])),
            MergeParameters.DefaultsOf(new MeanRule()), scheduler, out fault)!;
        return new Prepared(mean, chosen[0]);
    }

    // The places of the states, the least score first.
    private static IEnumerable<int> Choose(double[] squares, int count, int neighbours)
    {
        var scores = new double[count];
        var others = new double[count - 1];
        for (var state = 0; state < count; state++)
        {
            var row = squares.AsSpan(state * count, count);
            row[..state].CopyTo(others);
            row[(state + 1)..].CopyTo(others.AsSpan(state));
            Array.Sort(others);
            foreach (var square in others.AsSpan(0, neighbours))
                scores[state] += square;
        }

        // A stable sort, so that equal scores stay in the merge's order.
        return Enumerable.Range(0, count).OrderBy(state => scores[state]);
    }

    private sealed class Prepared(IPreparedMerge mean, int best) : IPreparedMerge
    {
        public int? Chosen => best;

        public bool ProvesFinite => mean.ProvesFinite;

        public MergeFault? Merge(long offset, Span<float> destination) => mean.Merge(offset, destination);

        public MergeFault? MergePastCaches(long offset, Span<float> destination) => mean.MergePastCaches(offset, destination);
    }
}
