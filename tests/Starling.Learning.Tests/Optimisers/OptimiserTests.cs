using Starling.Learning.Optimisers;

namespace Starling.Learning.Tests.Optimisers;

public sealed class OptimiserTests
{
    /// <summary>More than any vector, and not a multiple of one, so that both halves of each loop run.</summary>
    private const int Count = 37;

    [Fact]
    public void MomentumAddsUp()
    {
        var optimiser = new SgdOptimiser(Count, 0.5, 0.5);
        var weights = new float[Count];
        var gradient = Enumerable.Range(0, Count).Select(i => (float)i).ToArray();
        optimiser.Step(weights, gradient);
        Assert.Equal(gradient.Select(g => -0.5f * g), weights);
        optimiser.Step(weights, gradient);
        Assert.Equal(gradient.Select(g => (-0.5f * g) - (0.5f * 1.5f * g)), weights);
    }

    [Fact]
    public void WithoutMomentumAStepForgetsTheOneBefore()
    {
        var optimiser = new SgdOptimiser(Count, 0.5, 0);
        var weights = new float[Count];
        optimiser.Step(weights, [.. Enumerable.Repeat(8f, Count)]);
        optimiser.Step(weights, [.. Enumerable.Range(0, Count).Select(i => (float)i)]);
        Assert.Equal(Enumerable.Range(0, Count).Select(i => -4 - (0.5f * i)), weights);
    }

    [Fact]
    public void AdamFollowsItsPaper()
    {
        var optimiser = new AdamOptimiser(Count, 0.1);
        var weights = new float[Count];
        var (m, v, expected) = (new double[Count], new double[Count], new double[Count]);
        for (var step = 1; step <= 20; step++)
        {
            var gradient = Enumerable.Range(0, Count).Select(i => (float)Math.Sin(i + step)).ToArray();
            optimiser.Step(weights, gradient);
            for (var i = 0; i < Count; i++)
            {
                m[i] = (0.9 * m[i]) + (0.1 * gradient[i]);
                v[i] = (0.999 * v[i]) + (0.001 * gradient[i] * gradient[i]);
                expected[i] -= 0.1 * (m[i] / (1 - Math.Pow(0.9, step))) / (Math.Sqrt(v[i] / (1 - Math.Pow(0.999, step))) + 1e-8);
            }
        }

        for (var i = 0; i < Count; i++)
            Assert.Equal(expected[i], weights[i], 1e-4);
    }

    [Theory]
    [InlineData(OptimiserKind.Sgd)]
    [InlineData(OptimiserKind.Adam)]
    public void WhatLiesBehindTheTrainedWeightsStays(OptimiserKind kind)
    {
        IOptimiser optimiser = kind == OptimiserKind.Sgd ? new SgdOptimiser(Count, 1, 0) : new AdamOptimiser(Count, 1);
        var weights = new float[Count + 9];
        optimiser.Step(weights, [.. Enumerable.Repeat(1f, Count + 9)]);
        Assert.All(weights[..Count], weight => Assert.NotEqual(0, weight));
        Assert.All(weights[Count..], weight => Assert.Equal(0, weight));
    }
}
