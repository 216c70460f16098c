using Starling.Core.Merging;
using Starling.Core.Models;

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

    // Nearly equal inputs, where rounding may put the mean beyond them all, among others where it cannot: each must come
    // out as by the definition.
    [Theory]
    [InlineData(5, false)]
    [InlineData(7, true)]
    [InlineData(10, false)]
    [InlineData(23, true)]
    public void Never_leaves_the_range_of_its_inputs(int peers, bool weighted)
    {
        const int Elements = 1 << 18;
        var random = new Random(peers);
        var states = new (ModelState State, long Weight)[peers];
        for (var p = 0; p < peers; p++)
            states[p] = (MergeCases.State(new float[Elements]), weighted ? random.NextInt64(1, 100) : 1);
        for (var i = 0; i < Elements; i++)
        {
            // In one element of some thousands all but one input are equal; most pieces of the merge hold none or one such.
            var centre = MathF.ScaleB((float)random.NextDouble() - 0.5f, random.Next(-90, 100));
            var odd = random.Next(6_000) == 0 ? random.Next(peers) : -1;
            for (var p = 0; p < peers; p++)
                states[p].State.Values[i] = odd < 0 ? centre * random.NextSingle() : p == odd ? MathF.BitDecrement(centre) : centre;
        }

        var merged = MergeCases.Merge(new MeanRule(), states);
        var (total, beyond) = (states.Sum(s => s.Weight), 0);
        for (var i = 0; i < merged.Length; i++)
        {
            var sum = 0f;
            for (var p = 0; p < peers; p++)
            {
                var product = (float)states[p].Weight * states[p].State.Values[i];
                sum = p == 0 ? product : sum + product;
            }

            var mean = sum / total;
            var (least, most) = (states.Min(s => s.State.Values[i]), states.Max(s => s.State.Values[i]));
            beyond += mean < least || mean > most ? 1 : 0;
            if (merged[i] != Math.Min(Math.Max(mean, least), most))
                Assert.Fail($"Element {i} is {merged[i]:r}, not {mean:r} between {least:r} and {most:r}.");
        }

        Assert.InRange(beyond, 1, Elements / 1_000);
    }

    // Numbers far enough apart that nobody looks for their range, where a NaN would be met too.
    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    [InlineData(float.NegativeInfinity)]
    public void A_number_that_is_not_finite_is_found_in_any_of_many_states(float bad)
    {
        for (var peers = 5; peers <= 11; peers++)
            for (var culprit = 0; culprit < peers; culprit++)
                foreach (var element in new[] { 0, 16, 39 })
                {
                    var states = Enumerable.Range(1, peers)
                        .Select(p => (MergeCases.State([.. Enumerable.Range(1, 40).Select(i => (float)(p * i))]), 1L)).ToArray();
                    states[culprit].Item1.Values[element] = bad;
                    Assert.Equal(new MergeFault(MergeFaultKind.InputNotFinite, culprit, element),
                        Merger.Merge(new MeanRule(), states).Fault);
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
