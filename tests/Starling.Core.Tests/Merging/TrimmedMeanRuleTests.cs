using Starling.Core.Kernel;
using Starling.Core.Merging;
using Starling.Core.Models;

namespace Starling.Core.Tests.Merging;

public sealed class TrimmedMeanRuleTests
{
    private static readonly TrimmedMeanRule Rule = new();

    [Theory]
    [InlineData(false, 0.2)]
    [InlineData(true, 0.2)]
    [InlineData(false, 0)]
    [InlineData(true, 0.31)]
    [InlineData(false, 0.49)]
    public void Is_the_mean_of_what_sorting_and_cutting_leave(bool weighted, double share)
    {
        foreach (var peers in Enumerable.Range(1, 34).Append(100).Append(257))
        {
            var states = MergeCases.Random((ulong)peers, peers, 133, weighted);
            var expected =
                Enumerable.Range(0, 133).Select(i => Trimmed(states.Select(s => (s.State.Values[i], s.Weight)), (decimal)share)).ToArray();
            Assert.Equal(MergeCases.Bits(expected), MergeCases.Bits(Merge(share, states)));
        }
    }

    [Theory]
    [InlineData(0.2, new float[] { 9, 0, 1, 8, 2, 7, 3, 6, 4, 500 }, new long[] { 1, 1, 1, 1, 1, 1, 1, 1, 1, 1 }, 5f)]
    [InlineData(0, new float[] { 1, 2, 6 }, new long[] { 1, 1, 1 }, 3f)]
    [InlineData(0.25, new float[] { 1, 2, 300 }, new long[] { 2, 1, 1 }, 1.5f)]
    [InlineData(0.375, new float[] { -900, 2, 6, 300 }, new long[] { 5, 5, 5, 5 }, 4f)]
    [InlineData(0.2, new float[] { float.MaxValue, float.MaxValue }, new long[] { 1, 1_000_000 }, float.MaxValue)]
    public void Cuts_weight_and_not_states(double share, float[] values, long[] weights, float expected) =>
        Assert.Equal(expected, Merge(share, [.. values.Zip(weights, (v, w) => (MergeCases.State(v), w))])[0]);

    [Fact]
    public void Attackers_with_the_whole_share_leave_no_trace()
    {
        // 0.29 * 100 is a little less than 29 in float64; what is left of the 29th attacker would be felt.
        var honest = Enumerable.Repeat((MergeCases.State(2), 7L), 71);
        Assert.Equal(2, Merge(0.29, [.. honest, .. Enumerable.Repeat((MergeCases.State(float.MaxValue), 7L), 29)])[0]);
    }

    [Fact]
    public void A_value_that_is_cut_does_not_add_its_sign_of_zero()
    {
        foreach (var last in new[] { 1L, 2L })
        {
            var states = new[] { -0f, -0f, -0f, -0f, 5f }.Select((v, i) => (Wide(v), i == 0 ? last : 1L)).ToArray();
            Assert.All(MergeCases.Bits(Merge(0.4, states)), bits => Assert.Equal(MergeCases.Bits([-0f])[0], bits));
        }
    }

    [Fact]
    public void Only_the_ratio_of_the_weights_counts_whatever_it_is_multiplied_by()
    {
        var states = MergeCases.Random(21, 9, 700, false).Select((s, i) => (s.State, Weight: 1L + (i % 4))).ToArray();
        foreach (var factor in new[] { 3L, 7L, 99_991L })
            Assert.Equal(
                MergeCases.Bits(Merge(0.17, states)), MergeCases.Bits(Merge(0.17, [.. states.Select(s => (s.State, s.Weight * factor))])));
    }

    [Fact]
    public void Equal_values_of_different_weights_may_arrive_in_any_order()
    {
        // Beside -2^54 a sum of 1 and then 2 is rounded to 2, and of 2 and then 1 to 4.
        (ModelState State, long Weight)[] states =
            [(Wide(MathF.ScaleB(-1, 54)), 1), (Wide(1), 1), (Wide(1), 2), (Wide(MathF.ScaleB(1, 54)), 1)];
        var random = new SeededRandom(4);
        for (var arrival = 0; arrival < 50; arrival++)
        {
            random.Shuffle<(ModelState, long)>(states);
            Assert.All(Merge(0, states), mean => Assert.Equal(0.4f, mean));
        }
    }

    // A vector of 16 and a tail of 1.
    private static ModelState Wide(float value) => MergeCases.State([.. Enumerable.Repeat(value, 17)]);

    private static float[] Merge(double share, (ModelState State, long Weight)[] states) =>
        Merger.Merge(Rule, states, MergeParameters.Check(Rule, [new("share", share)]).Parameters).State!.Values;

    private static float Trimmed(IEnumerable<(float Value, long Weight)> column, decimal share)
    {
        var sorted = column.OrderBy(c => c.Value).ThenBy(c => float.IsNegative(c.Value) ? 0 : 1).ThenBy(c => c.Weight).ToArray();
        var unit = sorted.All(c => c.Weight == sorted[0].Weight) ? sorted[0].Weight : 1;
        var total = sorted.Sum(c => c.Weight / unit);
        var low = (double)(share * total);
        var high = total - low;
        var (sum, before) = (-0d, 0L);
        foreach (var (value, weight) in sorted)
        {
            var after = before + (weight / unit);
            var kept = Math.Min(after, high) - Math.Max(before, low);
            sum = kept > 0 ? sum + (kept * value) : sum;
            before = after;
        }

        return (float)(sum / (high - low));
    }
}
