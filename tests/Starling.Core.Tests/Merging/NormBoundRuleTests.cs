using Starling.Core.Kernel;
using Starling.Core.Merging;
using Starling.Core.Models;

namespace Starling.Core.Tests.Merging;

public sealed class NormBoundRuleTests
{
    private static readonly NormBoundRule Rule = new(new MeanRule());

    [Fact]
    public void A_state_beyond_the_bound_is_drawn_back_to_it_and_others_are_left()
    {
        // From (1, 1) the first has moved by 5, which is halved; the second by 2.
        (ModelState, long)[] states = [(MergeCases.State(4, 5), 1), (MergeCases.State(1, 3), 1)];
        Assert.Equal([((2.5f + 1) / 2), ((3f + 3) / 2)], Merge(states, 2.5, MergeCases.State(1, 1)));
    }

    [Fact]
    public void Without_a_reference_changes_are_measured_from_the_median_of_the_states()
    {
        var states = Cloud(3, 7, 5_000);
        var median = MergeCases.State(MergeCases.Merge(new CoordinateMedianRule(), states));
        Assert.Equal(MergeCases.Bits(Merge(states, 1, median)), MergeCases.Bits(Merge(states, 1, null)));
    }

    [Theory]
    [InlineData(new long[] { 1, 1, 1 }, 2)]
    [InlineData(new long[] { 1, 1, 2 }, 3)]
    [InlineData(new long[] { 1, 1, 3 }, 4)]
    [InlineData(new long[] { 5, 1, 1 }, 1)]
    public void Without_a_bound_it_is_the_weighted_median_of_the_changes(long[] weights, double bound)
    {
        (ModelState, long)[] states =
            [(MergeCases.State(1, 0), weights[0]), (MergeCases.State(0, -2), weights[1]), (MergeCases.State(4, 0), weights[2])];
        Assert.Equal(MergeCases.Bits(Merge(states, bound, MergeCases.State(0, 0))),
            MergeCases.Bits(Merge(states, 0, MergeCases.State(0, 0))));
        Assert.NotEqual(Merge(states, bound, MergeCases.State(0, 0)), Merge(states, bound * 0.9, MergeCases.State(0, 0)));
    }

    [Fact]
    public void One_attacker_moves_the_mean_by_its_part_of_the_bound_and_no_more()
    {
        var states = Cloud(5, 9, 1_000);
        var honest = Merge(states, 3, MergeCases.State(new float[1_000]));
        Array.Fill(states[4].State.Values, 1e30f);
        var attacked = Merge(states, 3, MergeCases.State(new float[1_000]));
        var moved = Math.Sqrt(honest.Zip(attacked, (a, b) => Math.Pow((double)a - b, 2)).Sum());
        Assert.InRange(moved, 0.1, 2 * 3 * states[4].Weight / (double)states.Sum(s => s.Weight) * 1.0001);
    }

    [Fact]
    public void The_other_rule_sees_the_states_drawn_back_and_its_own_parameters()
    {
        var rule = new NormBoundRule(new KrumRule());
        var states = Cloud(8, 7, 333);
        var reference = MergeCases.State(new float[333]);
        var parameters = MergeParameters.Check(rule, [new("bound", 2.5), new("f", 2)]).Parameters!;
        var clipped = states.Select(s => (Clip(s.State, reference, 2.5), s.Weight)).ToArray();
        var expected = Merger.Merge(new KrumRule(), clipped, MergeParameters.Check(new KrumRule(), [new("f", 2)]).Parameters);
        var merged = new ModelState(reference.Schema);
        Assert.Null(Merger.Merge(rule, parameters, Inputs(states, reference), IntegerPolicy.Keep, merged, SerialBlocks.Instance));
        Assert.Equal(MergeCases.Bits(expected.State!.Values), MergeCases.Bits(merged.Values));
        Assert.Equal(7, rule.LeastCount(parameters));
    }

    [Fact]
    public void A_reference_that_is_unfit_is_refused()
    {
        var states = Cloud(1, 3, 2_000);
        var reference = MergeCases.State(new float[2_000]);
        reference.Values[1_999] = float.NaN;
        Assert.Equal(new MergeFault(MergeFaultKind.ReferenceUnfit, -1, 1_999), Fault(states, reference));
        Assert.Equal(new MergeFault(MergeFaultKind.ReferenceUnfit, -1, 0), Fault(states, MergeCases.State(1)));
    }

    [Fact]
    public void A_name_says_what_is_bounded()
    {
        Assert.Equal("normbound(mean)", Rule.Name);
        Assert.Equal(["bound", "iterations", "tolerance"], new NormBoundRule(new GeometricMedianRule()).Parameters.Select(p => p.Name));
    }

    private static ModelState Clip(ModelState state, ModelState reference, double bound)
    {
        var norm = Math.Sqrt(state.Values.Zip(reference.Values, (x, r) => Math.Pow((double)x - r, 2)).Sum());
        return norm <= bound
            ? state
            : MergeCases.State([.. state.Values.Zip(reference.Values, (x, r) => (float)(r + (bound / norm * ((double)x - r))))]);
    }

    private static MergeInputs Inputs((ModelState State, long Weight)[] states, ModelState? reference) =>
        MergeInputs.InOrder(states.Select(s => new WeightedModel(s.State, s.Weight)), reference);

    private static MergeFault? Fault((ModelState State, long Weight)[] states, ModelState reference) => Merger.Merge(
        Rule, MergeParameters.DefaultsOf(Rule), Inputs(states, reference), IntegerPolicy.Keep, new ModelState(states[0].State.Schema),
        SerialBlocks.Instance);

    private static float[] Merge((ModelState State, long Weight)[] states, double bound, ModelState? reference)
    {
        var merged = new ModelState(states[0].State.Schema);
        var parameters = MergeParameters.Check(Rule, [new("bound", bound)]).Parameters!;
        Assert.Null(Merger.Merge(Rule, parameters, Inputs(states, reference), IntegerPolicy.Keep, merged, SerialBlocks.Instance));
        return merged.Values;
    }

    private static (ModelState State, long Weight)[] Cloud(ulong seed, int peers, int elements)
    {
        var random = new SeededRandom(seed);
        return [.. Enumerable.Range(0, peers).Select(i => (
            MergeCases.State([.. Enumerable.Range(0, elements).Select(_ => (float)(random.NextNormal() * (i + 1) * 0.1))]),
            1L + random.Next(4)))];
    }
}
