using System.Collections.Immutable;
using Starling.Core.Kernel;
using Starling.Learning.Networks;

namespace Starling.Learning.Tests.Networks;

public sealed class DenseNetworkTests
{
    [Theory]
    [InlineData(5, 3)]
    [InlineData(5, 4, 3)]
    [InlineData(6, 9, 17, 4)]
    [InlineData(3, 20, 2)]
    public void TheGradientIsThatOfFiniteDifferences(params int[] sizes)
    {
        const int Rows = 7;
        var random = new SeededRandom(3);
        var network = new DenseNetwork([.. sizes], Rows);
        var weights = new float[network.ParameterCount];
        network.Initialise(weights, random);
        foreach (ref var weight in weights.AsSpan())
            weight += (float)(0.1 * random.NextNormal());
        var features = Enumerable.Range(0, Rows * sizes[0]).Select(_ => (float)random.NextNormal()).ToArray();
        var labels = Enumerable.Range(0, Rows).Select(i => i % sizes[^1]).ToArray();
        var gradient = new float[weights.Length];
        network.Forward(weights, features, Rows);
        var loss = network.Backward(weights, features, labels, gradient);
        Assert.Equal(ReferenceLoss(sizes, weights, features, labels), loss, 1e-5);
        FiniteDifferences.AssertGradient(() => ReferenceLoss(sizes, weights, features, labels), weights, gradient);
    }

    [Theory]
    [InlineData(5, 3)]
    [InlineData(6, 9, 4)]
    public void TheFeaturesDeltasAreThoseOfFiniteDifferences(params int[] sizes)
    {
        const int Rows = 4;
        var random = new SeededRandom(4);
        var network = new DenseNetwork([.. sizes], Rows, passesBack: true);
        var weights = new float[network.ParameterCount];
        network.Initialise(weights, random);
        var features = Enumerable.Range(0, Rows * sizes[0]).Select(_ => (float)random.NextNormal()).ToArray();
        var labels = Enumerable.Range(0, Rows).Select(i => i % sizes[^1]).ToArray();
        var deltas = new float[features.Length];
        network.Forward(weights, features, Rows);
        network.Backward(weights, features, labels, new float[weights.Length], deltas);
        FiniteDifferences.AssertGradient(() => ReferenceLoss(sizes, weights, features, labels), features, deltas);
    }

    [Fact]
    public void TensorsLieInTheFlatBufferInTheSchemasOrder()
    {
        ImmutableArray<int> sizes = [4, 3, 2, 2, 2, 2, 2, 2, 2, 2, 2];
        var tensors = new DenseShape(sizes).Tensors.ToArray();
        Assert.Equal(tensors.Select(tensor => tensor.Name).Order(StringComparer.Ordinal), tensors.Select(tensor => tensor.Name));
        Assert.Equal(new DenseNetwork(sizes, 1).ParameterCount, tensors.Sum(tensor => tensor.Count));
        Assert.Equal(["layer01.bias", "layer01.weight"], tensors.Take(2).Select(tensor => tensor.Name));
    }

    [Fact]
    public void ProbabilitiesOfHugeScoresAreFinite()
    {
        var network = new DenseNetwork([1, 2], 1);
        network.Forward([0, 0, 1e30f, -1e30f], [1], 1);
        Assert.Equal([1f, 0f], network.Probabilities.ToArray());
        Assert.InRange(network.Backward([0, 0, 1e30f, -1e30f], [1], [1], new float[4]), 87, 88);
    }

    /// <summary>The same loss, written out in double precision without matrices.</summary>
    private static double ReferenceLoss(int[] sizes, float[] weights, float[] features, int[] labels)
    {
        var loss = 0.0;
        for (var row = 0; row < labels.Length; row++)
        {
            var values = features.Skip(row * sizes[0]).Take(sizes[0]).Select(value => (double)value).ToArray();
            var at = 0;
            for (var layer = 0; layer + 1 < sizes.Length; layer++)
            {
                var (inputs, outputs, start) = (sizes[layer], sizes[layer + 1], at);
                var sums = new double[outputs];
                for (var o = 0; o < outputs; o++)
                {
                    sums[o] = weights[start + o];
                    for (var i = 0; i < inputs; i++)
                        sums[o] += values[i] * weights[start + outputs + (i * outputs) + o];
                }

                values = layer + 2 < sizes.Length ? [.. sums.Select(sum => Math.Max(0, sum))] : sums;
                at += outputs + (inputs * outputs);
            }

            loss += Math.Log(values.Sum(Math.Exp)) - values[labels[row]];
        }

        return loss / labels.Length;
    }
}
