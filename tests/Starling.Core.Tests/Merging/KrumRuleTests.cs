using Starling.Core.Kernel;
using Starling.Core.Merging;
using Starling.Core.Models;

namespace Starling.Core.Tests.Merging;

public sealed class KrumRuleTests
{
    [Fact]
    public void Is_the_state_with_the_least_sum_of_distances_to_its_neighbours()
    {
        for (var peers = 3; peers <= 24; peers++)
            for (var f = 1; (2 * f) + 3 <= peers; f++)
            {
                var states = Cloud((ulong)((100 * peers) + f), peers, 37);
                var best = Order(states, f)[0];
                Assert.Equal(MergeCases.Bits(states[best].State.Values), MergeCases.Bits(Merge(new KrumRule(), states, ("f", f))));
            }
    }

    [Fact]
    public void Several_are_averaged_by_weight_in_the_order_of_the_merge()
    {
        for (var peers = 5; peers <= 16; peers++)
            for (var m = 1; m <= peers - 3; m++)
            {
                var states = Cloud((ulong)((100 * peers) + m), peers, 37);
                var chosen = Order(states, 1).Take(m).Order().Select(i => states[i]);
                Assert.Equal(
                    MergeCases.Bits(MergeCases.Merge(new MeanRule(), chosen)),
                    MergeCases.Bits(Merge(new MultiKrumRule(), states, ("f", 1), ("m", m))));
            }
    }

    [Fact]
    public void Without_parameters_it_bears_as_many_attackers_as_it_can()
    {
        foreach (var peers in new[] { 3, 5, 6, 10, 15 })
        {
            var states = Cloud((ulong)peers, peers, 37);
            var f = (peers - 3) / 2;
            var order = Order(states, f);
            Assert.Equal(MergeCases.Bits(states[order[0]].State.Values), MergeCases.Bits(MergeCases.Merge(new KrumRule(), states)));
            var chosen = order.Take(peers - f - 2).Order().Select(i => states[i]);
            Assert.Equal(
                MergeCases.Bits(MergeCases.Merge(new MeanRule(), chosen)), MergeCases.Bits(MergeCases.Merge(new MultiKrumRule(), states)));
        }
    }

    [Fact]
    public void With_m_alone_it_bears_as_many_attackers_as_are_left()
    {
        var states = Cloud(77, 10, 37);
        Assert.Equal(
            MergeCases.Bits(Merge(new MultiKrumRule(), states, ("f", 2), ("m", 6))),
            MergeCases.Bits(Merge(new MultiKrumRule(), states, ("m", 6))));
    }

    [Fact]
    public void Of_equal_scores_the_first_in_order_wins()
    {
        // The corners of a square score alike, and no rounding tells them apart.
        float[][] corners = [[1, 0], [1, 1], [0, 0], [0, 1]];
        for (var first = 0; first < 4; first++)
        {
            (ModelState, long)[] states =
                [(MergeCases.State(9, 9), 1), .. Enumerable.Range(0, 4).Select(i => (MergeCases.State(corners[(first + i) % 4]), 1L))];
            Assert.Equal(corners[first], Merge(new KrumRule(), states, ("f", 1)));
        }
    }

    [Fact]
    public void The_integers_are_those_of_the_state_with_the_least_score()
    {
        var schema = new ModelSchema([new TensorSpec("n", ElementType.I64, [2]), new TensorSpec("w", 2)]);
        float[][] places = [[9, 9], [2, 0], [-2, 0], [0, 0], [0, 2]];
        (ModelState State, long Weight)[] states =
        [
            .. places.Select((place, i) => (new ModelState(
                schema, place, IntegerTensor.Of(schema.Tensors[0], 10 + i, -i).Stored.ToArray()), 1L + i)),
        ];
        foreach (var rule in new[] { "krum", "multikrum" })
            foreach (int? own in new int?[] { null, 0 })
            {
                var merged = Merger.Merge(MergeRules.Standard.Find(rule)!, states, own: own).State!;
                Assert.Equal([13, -3], merged.Integers[0].ToArray());
            }

        Assert.Equal(Safetensors.Write(states[3].State), Safetensors.Write(Merger.Merge(new KrumRule(), states).State!));
    }

    [Fact]
    public void Attackers_that_agree_with_each_other_are_not_chosen()
    {
        // Two that are equal to the bit are each other's nearest neighbours, and still have to be near a third.
        var honest = Cloud(9, 6, 20);
        foreach (var (state, _) in honest)
            state.Values[0] = 0;
        float[] far = [50, .. honest[0].State.Values.Skip(1)];
        (ModelState, long)[] states = [(MergeCases.State(far), 1_000_000), (MergeCases.State(far), 1_000_000), .. honest];
        Assert.Equal(0, Merge(new KrumRule(), states, ("f", 2))[0]);
        Assert.Equal(0, Merge(new MultiKrumRule(), states, ("f", 2))[0]);
    }

    [Fact]
    public void Weights_have_no_say_in_the_choice()
    {
        var states = Cloud(31, 9, 20);
        var expected = MergeCases.Bits(MergeCases.Merge(new KrumRule(), states));
        foreach (var heavy in Enumerable.Range(0, 9))
            Assert.Equal(expected,
                MergeCases.Bits(MergeCases.Merge(new KrumRule(), states.Select((s, i) => (s.State, i == heavy ? 1_000_000 : s.Weight)))));
    }

    [Theory]
    [InlineData(6, 2, 0, 7)]
    [InlineData(9, 2, 6, 10)]
    [InlineData(5, 0, 4, 6)]
    public void Fewer_states_than_the_parameters_need_are_refused(int peers, int f, int m, long least)
    {
        var rule = new MultiKrumRule();
        var parameters = MergeParameters.Check(rule, [new("f", f), new("m", m)]).Parameters!;
        Assert.Equal(
            new MergeFault(MergeFaultKind.TooFewStates, -1, least),
            Merger.Merge(rule, Cloud(1, peers, 5).Select(s => (s.State, s.Weight)), parameters).Fault);
        Assert.Equal(least, rule.LeastCount(parameters));
        Assert.Null(Merger.Merge(rule, Cloud(1, (int)least, 5).Select(s => (s.State, s.Weight)), parameters).Fault);
    }

    private static float[] Merge(IMergeRule rule, (ModelState State, long Weight)[] states,
        params (string Name, double Value)[] parameters) =>
        Merger.Merge(rule, states,
            MergeParameters.Check(rule, parameters.Select(p => KeyValuePair.Create(p.Name, p.Value))).Parameters).State!.Values;

    private static int[] Order((ModelState State, long Weight)[] states, int f) =>
    [
        .. Enumerable.Range(0, states.Length).OrderBy(i => states
            .Where((_, k) => k != i)
            .Select(other => other.State.Values.Zip(states[i].State.Values, (a, b) => Math.Pow((double)a - b, 2)).Sum())
            .Order().Take(states.Length - f - 2).Sum()),
    ];

    private static (ModelState State, long Weight)[] Cloud(ulong seed, int peers, int elements)
    {
        var random = new SeededRandom(seed);
        return [.. Enumerable.Range(0, peers).Select(_ => (
            MergeCases.State([.. Enumerable.Range(0, elements).Select(_ => (float)random.NextNormal())]), 1L + random.Next(4)))];
    }
}
