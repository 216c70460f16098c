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
        // Along the axis 4 (1 + y^2)^(1/2) + y + 4 (10 - y) is least where y / (1 + y^2)^(1/2) is 3/4.
        merged = MergeCases.Merge(Rule, Cross());
        Assert.Equal(0, merged[0], 1e-4);
        Assert.Equal(3 / Math.Sqrt(7), merged[1], 1e-4);
    }

    [Fact]
    public void The_step_away_from_a_state_is_shortened_by_its_own_weight()
    {
        // Vardi and Zhang in plain numbers: the pulls of the two beside it cancel, and the others' is 4.
        var unshortened = 4 / (2 + 2 + 0.4);
        var merged = Merger.Merge(Rule, Cross(), MergeParameters.Check(Rule, [new("iterations", 1)]).Parameters).State!.Values;
        Assert.Equal(0, merged[0], 1e-6);
        Assert.Equal(unshortened * (1 - (1 / 4d)), merged[1], 1e-6);
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
            Assert.InRange(Math.Abs(after[i] - before[i]), 0, 1);
        Assert.InRange(Imbalance(states, after), 0, 1e-5);
    }

    [Theory]
    [InlineData(1e4f)]
    [InlineData(1e8f)]
    [InlineData(1e12f)]
    [InlineData(1e30f)]
    [InlineData(3e38f)]
    public void A_far_attacker_pulls_with_its_weight_and_no_harder(float far)
    {
        // The corners of a square, and an attacker to the right; then the same turned about.
        float[][] square = [[0, 0], [1, 0], [0, 1], [1, 1]];
        for (var side = 0; side < 4; side++)
        {
            var states = square.Append([far, 0.5f]).Select(point => (MergeCases.State(Turn(point, side)), 1L)).ToArray();
            var merged = MergeCases.Merge(Rule, states);
            var (x, y) = side switch { 0 => (0, 1), 1 => (1, 0), 2 => (0, 1), _ => (1, 0) };
            var along = side < 2 ? merged[x] : 1 - merged[x];
            Assert.Equal(0.5, merged[y], 1e-3);
            Assert.InRange(along, 0.8, 0.83);
            Assert.InRange(Gain(states, Turn([0.8f, 0.5f], side), merged), 0, 1);
            Assert.InRange(Imbalance(states, merged), 0, 1e-5);
        }
    }

    [Fact]
    public void Far_attackers_at_several_distances_pull_with_their_weights()
    {
        for (var peers = 5; peers <= 21; peers += 4)
        {
            var states = Cloud((ulong)peers, peers, 40).Select(s => (s.State, Weight: 1L)).ToArray();
            for (var attacker = 0; attacker < (peers - 1) / 2; attacker++)
                foreach (ref var value in states[2 * attacker].State.Values.AsSpan())
                    value = (1 + (value * 0.1f)) * float.Pow(10, 4 + (3 * attacker));
            Assert.InRange(Imbalance(states, MergeCases.Merge(Rule, states)), 0, 1e-4);
        }
    }

    [Fact]
    public void An_attacker_cannot_choose_which_state_is_the_result()
    {
        for (var peers = 4; peers <= 12; peers += 4)
            foreach (var far in new[] { 1e6f, 1e9f, 1e20f })
            {
                var states = Cloud((ulong)peers, peers, 30).Select(s => (s.State, Weight: 1L)).ToArray();
                Array.Fill(states[0].State.Values, far);
                var merged = MergeCases.Merge(Rule, states);
                Assert.DoesNotContain(states, s => MergeCases.Bits(s.State.Values).SequenceEqual(MergeCases.Bits(merged)));
            }
    }

    [Fact]
    public void However_soon_it_stops_an_attacker_has_not_moved_it_far()
    {
        var states = Cloud(6, 9, 20).Select(s => (s.State, Weight: 1L)).ToArray();
        foreach (var attacker in new[] { 1, 4, 5, 8 })
            Array.Fill(states[attacker].State.Values, 1e6f);
        foreach (var iterations in new[] { 1, 2, 5, 20 })
        {
            var parameters = MergeParameters.Check(Rule, [new("iterations", iterations)]).Parameters;
            Assert.All(Merger.Merge(Rule, states, parameters).State!.Values, v => Assert.InRange(v, -10, 10));
        }
    }

    [Fact]
    public void A_state_near_another_is_told_from_it_beside_a_far_attacker()
    {
        // Seven tenths of the weight lie within a millionth, and the attacker's distance is 10^15 times that.
        (ModelState, long)[] states =
        [
            (MergeCases.State(1e-6f, 0), 3), (MergeCases.State(0, 1e-6f), 2), (MergeCases.State(0, 0), 2),
            (MergeCases.State(1e9f, 1e9f), 3),
        ];
        var merged = MergeCases.Merge(Rule, states);
        Assert.InRange(merged[0], 0, 1e-5f);
        Assert.InRange(merged[1], 0, 1e-5f);
        Assert.InRange(Imbalance(states, merged), 0, 1e-4);
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

    // The median lies on the upright beam, and the mean of the three about its foot is the one in their middle.
    private static (ModelState, long)[] Cross() =>
    [
        (MergeCases.State(1, 0), 2), (MergeCases.State(-1, 0), 2), (MergeCases.State(0, 0), 1), (MergeCases.State(0, 10), 4),
    ];

    // Quarters of a turn about the middle of the unit square: right, up, left, down.
    private static float[] Turn(float[] point, int quarters) => quarters switch
    {
        0 => point,
        1 => [point[1], point[0]],
        2 => [1 - point[0], point[1]],
        _ => [point[1], 1 - point[0]],
    };

    // How much less the sum of distances is at the one point than at the other, without the rounding of far distances.
    private static double Gain((ModelState State, long Weight)[] states, float[] than, float[] at) => states.Sum(s =>
    {
        double difference = 0, squareThan = 0, squareAt = 0;
        for (var i = 0; i < at.Length; i++)
        {
            var (a, b) = (s.State.Values[i] - (double)than[i], s.State.Values[i] - (double)at[i]);
            difference += ((double)at[i] - than[i]) * (a + b);
            squareThan += a * a;
            squareAt += b * b;
        }

        return s.Weight * difference / (Math.Sqrt(squareThan) + Math.Sqrt(squareAt));
    });

    // What is left of the pulls at a point, as a part of all weight: nothing at the median, if that is none of the states.
    private static double Imbalance((ModelState State, long Weight)[] states, float[] point)
    {
        var pull = new double[point.Length];
        foreach (var (state, weight) in states)
        {
            var distance = Math.Sqrt(state.Values.Select((v, i) => Math.Pow((double)v - point[i], 2)).Sum());
            for (var i = 0; i < pull.Length; i++)
                pull[i] += weight * (state.Values[i] - (double)point[i]) / distance;
        }

        return Math.Sqrt(pull.Sum(p => p * p)) / states.Sum(s => s.Weight);
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
