using System.Collections.Immutable;
using Starling.Core.Identity;
using Starling.Core.Kernel;
using Starling.Core.Merging;
using Starling.Core.Models;

namespace Starling.Core.Tests.Merging;

public sealed class MergerTests
{
    [Fact]
    public void Another_schema_is_refused_with_its_place() => Assert.Equal(
        new MergeFault(MergeFaultKind.SchemaMismatch, 1, 0),
        Merger.Merge(new MeanRule(), [(MergeCases.State(1), 1), (MergeCases.State(1, 2), 1)]).Fault);

    [Fact]
    public void A_result_that_is_not_finite_is_refused() => Assert.Equal(
        new MergeFault(MergeFaultKind.ResultNotFinite, -1, 2),
        Merger.Merge(new InfiniteRule(), [(MergeCases.State(1, 2, 3, 4), 1)]).Fault);

    [Theory]
    [InlineData(IntegerPolicy.Keep, new long[] { 3, -4, 1, long.MaxValue - 1 })]
    [InlineData(IntegerPolicy.Average, new long[] { 4, -4, 2, long.MaxValue - 1 })]
    public void Of_two_integers_the_lesser_is_kept_or_both_are_averaged_to_the_nearest_even(IntegerPolicy policy, long[] expected)
    {
        var first = Integers(ElementType.I64, 3, -3, 1, long.MaxValue);
        var second = Integers(ElementType.I64, 4, -4, 2, long.MaxValue - 1);
        Assert.Equal(expected, Merger.Merge(new MeanRule(), [(first, 1), (second, 1)], integers: policy).State!.Integers[0].ToArray());
    }

    [Fact]
    public void Integers_are_averaged_by_weight()
    {
        var merged = Merger.Merge(
            new MeanRule(), [(Integers(ElementType.I8, 10, -10), 3), (Integers(ElementType.I8, 0, 0), 1)], integers: IntegerPolicy.Average);
        Assert.Equal([8, -8], merged.State!.Integers[0].ToArray());
        merged = Merger.Merge(
            new MeanRule(), [(Integers(ElementType.I8, 1, -1), 2), (Integers(ElementType.I8, 0, 0), 1)], integers: IntegerPolicy.Average);
        Assert.Equal([1, -1], merged.State!.Integers[0].ToArray());
    }

    [Fact]
    public void Truth_values_are_what_most_of_the_weight_says()
    {
        var merged = Merger.Merge(
            new MeanRule(), [(Integers(ElementType.Bool, 0, 1), 1), (Integers(ElementType.Bool, 1, 0), 9)],
            integers: IntegerPolicy.Average);
        Assert.Equal([1, 0], merged.State!.Integers[0].ToArray());
    }

    [Theory]
    [InlineData("mean")]
    [InlineData("coordmedian")]
    [InlineData("trimmedmean")]
    [InlineData("geomedian")]
    [InlineData("normbound(mean)")]
    public void No_member_with_less_than_half_of_the_weight_sets_an_integer(string name)
    {
        var rule = MergeRules.Standard.Find(name)!;
        for (var attacker = 0; attacker < 4; attacker++)
            foreach (var attack in new[] { long.MinValue, 10, long.MaxValue })
            {
                (ModelState, long)[] states =
                [
                    .. Enumerable.Range(0, 4).Select(i => i == attacker
                        ? (Integers(ElementType.I64, attack, attack), 2L) : (Integers(ElementType.I64, 7 + i, -i), 1L)),
                ];
                var merged = Merger.Merge(rule, states).State!.Integers[0].ToArray();
                Assert.InRange(merged[0], 7, 10);
                Assert.InRange(merged[1], -3, 0);
            }
    }

    [Fact]
    public void An_integer_is_the_weighted_median_in_pieces_of_any_length()
    {
        var random = new SeededRandom(3);
        foreach (var (peers, elements) in new[] { (1, 9), (2, 70), (7, 40_000), (300, 120) })
        {
            (ModelState State, long Weight)[] states =
            [
                .. Enumerable.Range(0, peers).Select(_ => (
                    Integers(ElementType.I32, [.. Enumerable.Range(0, elements).Select(_ => (long)random.Next(9) - 4)]),
                    1L + random.Next(5))),
            ];
            var merged = Merger.Merge(new MeanRule(), states).State!.Integers[0].ToArray();
            var inputs = states.Select(s => (Values: s.State.Integers[0].ToArray(), s.Weight)).ToArray();
            for (var i = 0; i < elements; i++)
            {
                Assert.True(2 * inputs.Where(s => s.Values[i] <= merged[i]).Sum(s => s.Weight) >= inputs.Sum(s => s.Weight));
                Assert.True(2 * inputs.Where(s => s.Values[i] < merged[i]).Sum(s => s.Weight) < inputs.Sum(s => s.Weight));
            }
        }
    }

    [Theory]
    [InlineData("mean")]
    [InlineData("coordmedian")]
    [InlineData("normbound(geomedian)")]
    public void Who_merges_for_itself_alone_keeps_its_own_integers(string name)
    {
        (ModelState, long)[] states = [.. Enumerable.Range(0, 5).Select(i => (Integers(ElementType.I64, i, 9 - i), 1L))];
        for (var own = 0; own < 5; own++)
            Assert.Equal([own, 9 - own], Merger.Merge(MergeRules.Standard.Find(name)!, states, own: own).State!.Integers[0].ToArray());
    }

    [Fact]
    public void An_integer_outside_its_type_is_refused_with_its_place()
    {
        var good = Integers(ElementType.Bool, 1, 0);
        var bad = good.Clone();
        bad.Integers[0].Stored.Span[1] = 2;
        Assert.Equal(
            new MergeFault(MergeFaultKind.InputOutOfRange, 0, 1),
            Merger.Merge(new MeanRule(), [(bad, 1), (good, 1)], integers: IntegerPolicy.Average).Fault);
    }

    [Fact]
    public void Inputs_that_make_no_merge_are_errors()
    {
        var state = MergeCases.State(1);
        var author = NodeId.Create("test", "org", "a");
        Assert.Throws<ArgumentException>(() => MergeInputs.InOrder([]));
        Assert.Throws<ArgumentException>(() => MergeInputs.InOrder([new(state, 0)]));
        Assert.Throws<ArgumentException>(() => MergeInputs.InOrder([new(state, 1_000_001)]));
        Assert.Throws<ArgumentException>(() => MergeInputs.InOrder(Enumerable.Repeat(new WeightedModel(state, 1), 2_049)));
        Assert.Throws<ArgumentException>(() => MergeInputs.ByAuthor([(author, new(state, 1)), (author, new(state, 1))]));
    }

    [Fact]
    public void A_state_lends_the_place_where_a_piece_belongs()
    {
        var state = MergeCases.State(1, 2, 3, 4, 5);
        Span<float> piece = [8, 9];
        var room = state.Room(2, piece);
        piece.CopyTo(room);
        Assert.Equal([1, 2, 8, 9, 5], state.Values);
        state.Write(2, room);
        Assert.Equal([1, 2, 8, 9, 5], state.Values);
    }

    private static ModelState Integers(ElementType type, params long[] values)
    {
        var spec = new TensorSpec("n", type, [values.Length]);
        return new ModelState(new ModelSchema([spec]), [], IntegerTensor.Of(spec, values).Stored.ToArray());
    }

    private sealed class InfiniteRule : IMergeRule, IPreparedMerge
    {
        public string Name => "infinite";

        public string Summary => "gives an infinity in the third place";

        public ImmutableArray<MergeParameter> Parameters => [];

        public bool IsCoordinatewise => true;

        public IPreparedMerge? Prepare(MergeInputs inputs, MergeParameters parameters, IBlockScheduler scheduler, out MergeFault? fault)
        {
            fault = null;
            return this;
        }

        public MergeFault? Merge(long offset, Span<float> destination)
        {
            destination.Clear();
            destination[2] = float.PositiveInfinity;
            return null;
        }
    }
}
