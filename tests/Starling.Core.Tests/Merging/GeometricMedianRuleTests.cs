using Starling.Core.Kernel;
using Starling.Core.Merging;
using Starling.Core.Models;

namespace Starling.Core.Tests.Merging;

public sealed class GeometricMedianRuleTests
{
    private static readonly GeometricMedianRule Rule = new();

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    [InlineData(float.NegativeInfinity)]
    public void A_state_that_ceases_to_be_finite_after_its_distances_were_taken_is_refused(float bad)
    {
        for (var culprit = 0; culprit < 7; culprit++)
        {
            var states = MergeCases.Random(3, 7, 100, true);
            var inputs = MergeInputs.InOrder(states.Select(s => new WeightedModel(s.State, s.Weight)));
            var rule = new GeometricMedianRule();
            var prepared = rule.Prepare(inputs, MergeParameters.DefaultsOf(rule), SerialBlocks.Instance, out _)!;
            states[culprit].State.Values[70] = bad;
            Assert.Equal(new MergeFault(MergeFaultKind.InputNotFinite, culprit, 70), prepared.Merge(0, new float[100]));
        }
    }

    [Fact]
    public void No_step_in_any_direction_is_better()
    {
        for (var peers = 3; peers <= 20; peers++)
        {
            var states = Cloud((ulong)peers, peers, 50);
            var merged = MergeCases.Merge(Rule, states);
            var best = Objective(states, merged);
            var random = new SeededRandom(1);
            for (var trial = 0; trial < 200; trial++)
            {
                var moved = merged.Select(v => v + (float)(random.NextNormal() * 1e-3)).ToArray();
                Assert.True(Objective(states, moved) >= best - (1e-9 * best), $"{peers} peers, trial {trial}");
            }
        }
    }

    [Fact]
    public void Agrees_with_Weiszfeld_on_the_points_themselves()
    {
        var states = Cloud(4, 9, 64);
        var y = Enumerable.Range(0, 64).Select(i => states.Sum(s => s.Weight * (double)s.State.Values[i]) / states.Sum(s => s.Weight))
            .ToArray();
        for (var step = 0; step < 5_000; step++)
        {
            var pulls = states.Select(s => s.Weight / Math.Sqrt(y.Select((v, i) => Math.Pow(s.State.Values[i] - v, 2)).Sum())).ToArray();
            y = [.. Enumerable.Range(0, 64).Select(i => states.Select((s, p) => pulls[p] * s.State.Values[i]).Sum() / pulls.Sum())];
        }

        var merged = MergeCases.Merge(Rule, states);
        for (var i = 0; i < 64; i++)
            Assert.Equal(y[i], merged[i], 1e-4);
    }

    [Fact]
    public void A_state_with_more_than_half_the_weight_is_the_result_bit_for_bit()
    {
        var states = Cloud(3, 6, 333);
        states[2].Weight = states.Sum(s => s.Weight);
        states[2].State.Values[0] = 1e30f;
        Assert.Equal(MergeCases.Bits(states[2].State.Values), MergeCases.Bits(MergeCases.Merge(Rule, states)));
    }

    [Fact]
    public void A_mean_that_meets_a_state_is_left_when_it_is_not_the_median()
    {
        // The weighted mean is the last state, and the median lies towards the two on the left.
        (ModelState, long)[] states =
        [
            (MergeCases.State(-1, 1), 40), (MergeCases.State(-1, -1), 40), (MergeCases.State(40, 0), 2), (MergeCases.State(0, 0), 1),
        ];
        var merged = MergeCases.Merge(Rule, states);
        Assert.InRange(merged[0], -1, -0.9f);
        Assert.Equal(0, merged[1], 1e-4);
    }

    [Fact]
    public void The_step_away_from_a_state_is_shortened_by_its_own_weight()
    {
        // Vardi and Zhang in plain numbers: the pull of the others is 80 / sqrt(2) to the left and 2 to the right.
        (ModelState, long)[] states =
        [
            (MergeCases.State(-1, 1), 40), (MergeCases.State(-1, -1), 40), (MergeCases.State(40, 0), 2), (MergeCases.State(0, 0), 1),
        ];
        var left = 80 / Math.Sqrt(2);
        var unshortened = (2 - left) / (left + 0.05);
        var expected = unshortened * (1 - (1 / (left - 2)));
        var merged = Merger.Merge(Rule, states, MergeParameters.Check(Rule, [new("iterations", 1)]).Parameters).State!.Values;
        Assert.Equal(expected, merged[0], 1e-6);
        Assert.NotEqual(unshortened, merged[0], 1e-3);
    }

    [Fact]
    public void Two_states_of_one_weight_give_their_mean() =>
        Assert.Equal([2f, 3f], MergeCases.Merge(Rule, [(MergeCases.State(1, 1), 3), (MergeCases.State(3, 5), 3)]));

    [Fact]
    public void A_far_outlier_moves_it_little()
    {
        var states = Cloud(5, 5, 20);
        var before = MergeCases.Merge(Rule, states);
        Array.Fill(states[4].State.Values, 1e30f);
        var after = MergeCases.Merge(Rule, states);
        for (var i = 0; i < 20; i++)
            Assert.InRange(Math.Abs(after[i] - before[i]), 0, 3);
    }

    [Fact]
    public void States_far_from_zero_are_told_apart()
    {
        // In float32 the squares of these are all alike; the differences are not.
        var merged = MergeCases.Merge(Rule,
            [(MergeCases.State(1e6f, 0), 1), (MergeCases.State(1e6f + 1, 0), 1), (MergeCases.State(1e6f + 9, 0), 1)]);
        Assert.Equal([1e6f + 1, 0], merged);
    }

    [Fact]
    public void One_step_is_less_than_many()
    {
        var states = Cloud(8, 5, 10);
        var one = MergeParameters.Check(Rule, [new("iterations", 1)]).Parameters;
        Assert.NotEqual(MergeCases.Merge(Rule, states), Merger.Merge(Rule, states.Select(s => (s.State, s.Weight)), one).State!.Values);
        Assert.True(Objective(states, MergeCases.Merge(Rule, states)) < Objective(states, Merger.Merge(Rule, states, one).State!.Values));
    }

    private static (ModelState State, long Weight)[] Cloud(ulong seed, int peers, int elements)
    {
        var random = new SeededRandom(seed);
        return [.. Enumerable.Range(0, peers).Select(_ => (
            MergeCases.State([.. Enumerable.Range(0, elements).Select(_ => (float)random.NextNormal())]), 1L + random.Next(4)))];
    }

    private static double Objective((ModelState State, long Weight)[] states, float[] point) =>
        states.Sum(s => s.Weight * Math.Sqrt(point.Select((v, i) => Math.Pow((double)s.State.Values[i] - v, 2)).Sum()));
}
