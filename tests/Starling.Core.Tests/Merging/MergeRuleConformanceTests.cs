using Starling.Core.Identity;
using Starling.Core.Kernel;
using Starling.Core.Merging;
using Starling.Core.Models;

namespace Starling.Core.Tests.Merging;

/// <summary>What every merge rule has to do.</summary>
public sealed class MergeRuleConformanceTests
{
    public static TheoryData<string> Rules { get; } = [.. MergeRules.Standard.Names];

    /// <summary>The rules that merge each coordinate by itself; there being none is a mistake of xUnit's.</summary>
    public static TheoryData<string> CoordinatewiseRules { get; } =
        [.. MergeRules.Standard.Names.Where(name => MergeRules.Standard.Find(name)!.IsCoordinatewise)];

    [Theory]
    [MemberData(nameof(Rules))]
    public void Equal_states_give_themselves_bit_for_bit(string name)
    {
        var rule = MergeRules.Standard.Find(name)!;
        for (var peers = Least(rule); peers <= 12; peers++)
        {
            var state = MergeCases.Random((ulong)peers, 1, 1_001, false)[0].State;
            state.Values[0] = float.MaxValue;
            state.Values[1] = float.MinValue;
            var weights = MergeCases.Random((ulong)peers, peers, 1, true);
            Assert.Equal(MergeCases.Bits(state.Values), MergeCases.Bits(MergeCases.Merge(rule, weights.Select(w => (state, w.Weight)))));
        }
    }

    [Theory]
    [MemberData(nameof(Rules))]
    public void The_order_of_arrival_does_not_matter(string name)
    {
        var rule = MergeRules.Standard.Find(name)!;
        var random = new SeededRandom(11);
        var arrivals = MergeCases.Random(5, 7, 999, true)
            .Select((s, i) => (NodeId.Create("test", "org", $"n{i}"), new WeightedModel(s.State, s.Weight))).ToArray();
        int[]? expected = null;
        for (var run = 0; run < 20; run++)
        {
            random.Shuffle<(NodeId, WeightedModel)>(arrivals);
            var merged = new ModelState(MergeCases.Schema(999));
            Assert.Null(Merger.Merge(
                rule, MergeParameters.DefaultsOf(rule), MergeInputs.ByAuthor(arrivals), IntegerPolicy.Keep, merged, SerialBlocks.Instance));
            expected ??= MergeCases.Bits(merged.Values);
            Assert.Equal(expected, MergeCases.Bits(merged.Values));
        }
    }

    [Theory]
    [MemberData(nameof(Rules))]
    public void Threads_and_pieces_do_not_matter(string name)
    {
        var rule = MergeRules.Standard.Find(name)!;
        var elements = (2 * Merger.BlockElements) + 37;
        var states = MergeCases.Random(6, 5, elements, true);
        var inputs = MergeInputs.InOrder(states.Select(s => new WeightedModel(s.State, s.Weight)));
        var expected = MergeCases.Bits(MergeCases.Merge(rule, states));
        var parallel = new ModelState(inputs.Schema);
        Assert.Null(Merger.Merge(rule, MergeParameters.DefaultsOf(rule), inputs, IntegerPolicy.Keep, parallel, new ParallelBlocks()));
        Assert.Equal(expected, MergeCases.Bits(parallel.Values));

        var prepared = rule.Prepare(inputs, MergeParameters.DefaultsOf(rule), new ParallelBlocks(), out _)!;
        var pieces = new float[elements];
        var random = new SeededRandom(1);
        for (int at = 0, length; at < elements; at += length)
        {
            length = Math.Min(1 + random.Next(5_000), elements - at);
            Assert.Null(prepared.Merge(at, pieces.AsSpan(at, length)));
        }

        Assert.Equal(expected, MergeCases.Bits(pieces));
    }

    [Theory]
    [MemberData(nameof(Rules))]
    public void A_piece_stored_past_the_caches_is_the_same_wherever_it_lies_and_leaves_what_is_beside_it(string name)
    {
        const float Beside = 1234.5f;
        var rule = MergeRules.Standard.Find(name)!;
        var random = new SeededRandom(4);
        var states = Enumerable.Range(0, 11)
            .Select(_ => new WeightedModel(MergeCases.State([.. Enumerable.Range(0, 200).Select(_ => (float)random.NextNormal())]), 1));
        var prepared = rule.Prepare(MergeInputs.InOrder(states), MergeParameters.DefaultsOf(rule), SerialBlocks.Instance, out _)!;
        foreach (var length in new[] { 1, 7, 16, 31, 64, 150 })
            for (var place = 1; place <= 17; place++)
            {
                var expected = Enumerable.Repeat(Beside, 200).ToArray();
                var memory = expected.ToArray();
                Assert.Null(prepared.Merge(place, expected.AsSpan(place, length)));
                Assert.Null(prepared.MergePastCaches(place, memory.AsSpan(place, length)));
                Assert.Equal(MergeCases.Bits(expected), MergeCases.Bits(memory));
            }
    }

    [Theory]
    [MemberData(nameof(Rules))]
    public void A_file_gives_the_same_as_memory(string name)
    {
        var rule = MergeRules.Standard.Find(name)!;
        var states = MergeCases.Random(9, 4, 20_001, true);
        var copies = states.Select(s => new WeightedModel(new Copying(s.State), s.Weight));
        var merged = new ModelState(states[0].State.Schema);
        Assert.Null(Merger.Merge(
            rule, MergeParameters.DefaultsOf(rule), MergeInputs.InOrder(copies), IntegerPolicy.Keep, merged, SerialBlocks.Instance));
        Assert.Equal(MergeCases.Bits(MergeCases.Merge(rule, states)), MergeCases.Bits(merged.Values));
    }

    [Theory]
    [MemberData(nameof(Rules))]
    public void Only_the_ratio_of_the_weights_counts(string name)
    {
        var rule = MergeRules.Standard.Find(name)!;
        var states = MergeCases.Random(8, 6, 500, false).Select((s, i) => (s.State, Weight: 3L + i)).ToArray();
        Assert.Equal(
            MergeCases.Bits(MergeCases.Merge(rule, states)),
            MergeCases.Bits(MergeCases.Merge(rule, states.Select(s => (s.State, s.Weight * 1024)))));
    }

    [Theory]
    [MemberData(nameof(Rules))]
    public void No_coordinate_leaves_the_range_of_the_states(string name)
    {
        var rule = MergeRules.Standard.Find(name)!;
        for (var peers = Least(rule); peers <= 9; peers++)
        {
            var states = MergeCases.Random(100 + (ulong)peers, peers, 2_000, true);
            var merged = MergeCases.Merge(rule, states);
            for (var i = 0; i < merged.Length; i++)
                Assert.InRange(merged[i], states.Min(s => s.State.Values[i]), states.Max(s => s.State.Values[i]));
        }
    }

    [Theory]
    [MemberData(nameof(CoordinatewiseRules))]
    public void Every_length_of_the_tail_gives_what_the_whole_gives(string name)
    {
        var rule = MergeRules.Standard.Find(name)!;
        var states = MergeCases.Random(3, 5, 200, true);
        var whole = MergeCases.Bits(MergeCases.Merge(rule, states));
        for (var length = 0; length <= 200; length++)
            Assert.Equal(
                whole[..length],
                MergeCases.Bits(MergeCases.Merge(rule, states.Select(s => (MergeCases.State(s.State.Values[..length]), s.Weight)))));
    }

    [Theory]
    [MemberData(nameof(Rules))]
    public void Huge_values_stay_finite(string name)
    {
        var rule = MergeRules.Standard.Find(name)!;
        var high = MergeCases.State([.. Enumerable.Repeat(float.MaxValue, 40)]);
        var low = MergeCases.State([.. Enumerable.Repeat(float.MinValue, 40)]);
        foreach (var weights in new long[][] { [1, 1, 1], [1_000_000, 999_999, 1], [1, 2, 4] })
            Assert.All(MergeCases.Merge(rule, [(high, weights[0]), (high, weights[1]), (low, weights[2])]),
                v => Assert.True(float.IsFinite(v)));
    }

    [Theory]
    [MemberData(nameof(Rules))]
    public void A_state_that_is_not_finite_is_refused_with_its_place(string name)
    {
        var rule = MergeRules.Standard.Find(name)!;
        foreach (var bad in new[] { float.NaN, float.PositiveInfinity, float.NegativeInfinity })
            foreach (var element in new[] { 0, 17, 16_384, 40_000 })
            {
                var states = MergeCases.Random(2, 3, 40_001, true);
                states[1].State.Values[element] = bad;
                states[2].State.Values[40_000] = bad;
                Assert.Equal(new MergeFault(MergeFaultKind.InputNotFinite, 1, element), Merger.Merge(rule, states).Fault);
            }
    }

    [Theory]
    [MemberData(nameof(Rules))]
    public void A_model_without_floats_merges_to_itself(string name) => Assert.Empty(MergeCases.Merge(
        MergeRules.Standard.Find(name)!, [(MergeCases.State(), 1), (MergeCases.State(), 2), (MergeCases.State(), 3)]));

    [Theory]
    [MemberData(nameof(Rules))]
    public void Fewer_states_than_it_takes_are_refused_with_the_number_that_it_takes(string name)
    {
        var rule = MergeRules.Standard.Find(name)!;
        for (var peers = 1; peers < Least(rule); peers++)
            Assert.Equal(
                new MergeFault(MergeFaultKind.TooFewStates, -1, Least(rule)),
                Merger.Merge(rule, MergeCases.Random(1, peers, 9, true)).Fault);
        Assert.Null(Merger.Merge(rule, MergeCases.Random(1, Least(rule), 9, true)).Fault);
    }

    private static int Least(IMergeRule rule) => rule.LeastCount(MergeParameters.DefaultsOf(rule));

    private sealed class ParallelBlocks : IBlockScheduler
    {
        public void ForEach(int blocks, Action<int> body) =>
            Parallel.For(0, blocks, new ParallelOptions { MaxDegreeOfParallelism = 4 }, body);
    }

    private sealed class Copying(ModelState state) : IModelSource
    {
        public ModelSchema Schema => state.Schema;

        public void Read(long offset, Span<float> destination) => state.Read(offset, destination);

        public void ReadIntegers(int tensor, long offset, Span<long> destination) => state.ReadIntegers(tensor, offset, destination);
    }
}
