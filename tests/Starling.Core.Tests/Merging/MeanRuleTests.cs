using Starling.Core.Merging;

namespace Starling.Core.Tests.Merging;

public sealed class MeanRuleTests
{
    [Fact]
    public void Is_the_float32_sum_of_products_in_order_divided_by_the_float32_total()
    {
        for (var peers = 1; peers <= 10; peers++)
        {
            var states = MergeCases.Random((ulong)peers, peers, 777, true);
            var merged = MergeCases.Merge(new MeanRule(), states);
            for (var i = 0; i < merged.Length; i++)
            {
                var sum = (float)states[0].Weight * states[0].State.Values[i];
                for (var p = 1; p < peers; p++)
                {
                    var product = (float)states[p].Weight * states[p].State.Values[i];
                    sum += product;
                }

                var mean = sum / states.Sum(s => s.Weight);
                var expected = Math.Clamp(mean, states.Min(s => s.State.Values[i]), states.Max(s => s.State.Values[i]));
                Assert.Equal(expected, merged[i]);
            }
        }
    }

    [Fact]
    public void A_product_is_rounded_before_it_is_added()
    {
        // The product needs more than 24 bits; fused, the sum would keep what the rounded product loses.
        var x = 1 + MathF.ScaleB(1, -12);
        var w = 4_097L;
        var rounded = (float)w * x;
        var merged = MergeCases.Merge(new MeanRule(), [(MergeCases.State(-rounded), 1), (MergeCases.State(x), w)]);
        Assert.Equal(0, merged[0]);
        Assert.NotEqual(0, ((double)w * x) - rounded);
    }

    [Fact]
    public void A_sum_beyond_float32_is_done_in_float64()
    {
        var merged = MergeCases.Merge(new MeanRule(), [(MergeCases.State(3e38f, 1), 3), (MergeCases.State(1e38f, 2), 1)]);
        Assert.Equal((float)(((3d * 3e38f) + 1e38f) / 4), merged[0]);
        Assert.Equal(1.25f, merged[1]);
    }
}
