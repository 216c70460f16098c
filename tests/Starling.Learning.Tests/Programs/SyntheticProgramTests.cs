using Starling.Core.Models;
using Starling.Learning.Programs;

namespace Starling.Learning.Tests.Programs;

public sealed class SyntheticProgramTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public void MergedNodesReachTheOptimumThatNoneReachesAlone()
    {
        for (ulong seed = 1; seed <= 5; seed++)
        {
            var nodes = Enumerable.Range(0, 5).Select(i => new SyntheticProgram(seed, i, [i], 16)).ToArray();
            var state = nodes[0].Initialise();
            for (var round = 1; round <= 40; round++)
                state = Mean([.. nodes.Select(node => node.Train(state, round, 30, Cancellation).State)]);
            Assert.True(nodes[0].Evaluate(state).Accuracy > 0.98, $"seed {seed}: {nodes[0].Evaluate(state)}");
            Assert.True(nodes[0].Evaluate(state).Loss < 1e-4);
            var alone = nodes[0].Train(nodes[0].Initialise(), 1, 40 * 30, Cancellation).State;
            Assert.True(nodes[0].Evaluate(alone).Accuracy < 0.5);
        }
    }

    [Fact]
    public void PooledRowsReachTheOptimum()
    {
        var pooled = new SyntheticProgram(3, 0, Enumerable.Range(0, 5), 16);
        Assert.Equal(5 * 12, pooled.Examples);
        var state = pooled.Train(pooled.Initialise(), 1, 2000, Cancellation).State;
        Assert.True(pooled.Evaluate(state).Accuracy > 0.99);
    }

    [Fact]
    public void TheOptimumItselfIsPerfect()
    {
        var program = new SyntheticProgram(1, 0, [0], 7);
        var state = new ModelState(program.Schema);
        program.Optimum.CopyTo(state.Tensor("parameters"));
        var evaluation = program.Evaluate(state);
        Assert.Equal(1, evaluation.Accuracy);
        Assert.Equal(0, evaluation.Loss);
        Assert.Null(evaluation.Auc);
    }

    [Fact]
    public void ARoundDependsOnlyOnSeedNodeAndRound()
    {
        var first = new SyntheticProgram(1, 2, [2], 16);
        var start = first.Initialise();
        var before = start.Clone();
        _ = first.Train(start, 1, 7, Cancellation);
        var restarted = new SyntheticProgram(1, 2, [2], 16);
        var result = first.Train(start, 2, 5, Cancellation).State;
        Assert.Equal(before.Values, start.Values);
        Assert.Equal(result.Values, restarted.Train(start, 2, 5, Cancellation).State.Values);
        Assert.NotEqual(result.Values, restarted.Train(start, 3, 5, Cancellation).State.Values);
        Assert.NotEqual(result.Values, new SyntheticProgram(1, 3, [2], 16).Train(start, 2, 5, Cancellation).State.Values);
        Assert.Equal(start.Values, new SyntheticProgram(1, 4, [4], 16).Initialise().Values);
        Assert.NotEqual(start.Values, new SyntheticProgram(2, 4, [4], 16).Initialise().Values);
    }

    [Fact]
    public void PaddingIsZeroAndStays()
    {
        var program = new SyntheticProgram(1, 0, [0], 16, padding: 100);
        Assert.Equal(116, program.Schema.FloatCount);
        var state = program.Train(program.Initialise(), 1, 30, Cancellation).State;
        Assert.All(state.Tensor(Padding.TensorName).ToArray(), value => Assert.Equal(0, value));
    }

    [Fact]
    public void AForeignSchemaIsRefused()
    {
        var program = new SyntheticProgram(1, 0, [0], 16);
        var other = new SyntheticProgram(1, 0, [0], 17).Initialise();
        Assert.Throws<ArgumentException>(() => program.Train(other, 1, 1, Cancellation));
        Assert.Throws<ArgumentException>(() => program.Evaluate(other));
        Assert.Throws<ArgumentOutOfRangeException>(() => new SyntheticProgram(1, 0, [0], 16, relaxation: 2));
    }

    private static ModelState Mean(ModelState[] states)
    {
        var mean = new ModelState(states[0].Schema);
        for (var i = 0; i < mean.Values.Length; i++)
            mean.Values[i] = states.Average(state => state.Values[i]);
        return mean;
    }
}
