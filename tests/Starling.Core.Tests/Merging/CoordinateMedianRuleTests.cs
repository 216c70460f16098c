using Starling.Core.Merging;

namespace Starling.Core.Tests.Merging;

public sealed class CoordinateMedianRuleTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Is_the_median_by_sorting(bool weighted)
    {
        foreach (var peers in Enumerable.Range(1, 34).Append(100).Append(257))
        {
            var states = MergeCases.Random((ulong)peers, peers, 133, weighted);
            var merged = MergeCases.Merge(new CoordinateMedianRule(), states);
            var expected = Enumerable.Range(0, 133).Select(i => Median(states.Select(s => (s.State.Values[i], s.Weight)))).ToArray();
            Assert.Equal(MergeCases.Bits(expected), MergeCases.Bits(merged));
        }
    }

    [Theory]
    [InlineData(new float[] { 1, 2, 3 }, new long[] { 1, 1, 2 }, 2.5f)]
    [InlineData(new float[] { 1, 2, 3 }, new long[] { 1, 1, 3 }, 3f)]
    [InlineData(new float[] { 5, 1 }, new long[] { 1, 1 }, 3f)]
    [InlineData(new float[] { 5, 1 }, new long[] { 2, 1 }, 5f)]
    [InlineData(new float[] { 4, 4, 1, 9 }, new long[] { 1, 2, 3, 1 }, 4f)]
    [InlineData(new float[] { 3e38f, 2e38f }, new long[] { 1, 1 }, 2.5e38f)]
    public void Takes_the_50th_weight_percentile_and_the_midpoint_on_a_tie(float[] values, long[] weights, float median) =>
        Assert.Equal(median, MergeCases.Merge(new CoordinateMedianRule(), values.Zip(weights, (v, w) => (MergeCases.State(v), w)))[0]);

    [Fact]
    public void The_largest_merge_with_the_largest_weights_does_not_overflow()
    {
        var states = Enumerable.Range(0, MergeInputs.MaxCount)
            .Select(i => (MergeCases.State(i), i == 0 ? WeightedModel.MaxWeight - 1 : WeightedModel.MaxWeight));
        Assert.Equal(1_024, MergeCases.Merge(new CoordinateMedianRule(), states)[0]);
    }

    private static float Median(IEnumerable<(float Value, long Weight)> column)
    {
        var sorted = column.OrderBy(c => c.Value).ThenBy(c => float.IsNegative(c.Value) ? 0 : 1).ToArray();
        var total = sorted.Sum(c => c.Weight);
        var before = 0L;
        for (var i = 0; ; i++)
        {
            before += sorted[i].Weight;
            if (2 * before > total)
                return sorted[i].Value;
            if (2 * before == total)
                return (sorted[i].Value + sorted[i + 1].Value) / 2;
        }
    }
}
