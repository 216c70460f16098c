using System.Collections.Immutable;
using Starling.Core.Kernel;
using Starling.Learning.Networks;

namespace Starling.Learning.Tests.Networks;

public sealed class ConvolutionalNetworkTests
{
    private const int Rows = 4;

    [Theory]
    [InlineData(2, 4, "3")]
    [InlineData(4, 8, "3 9")]
    [InlineData(8, 8, "2 3 4")]
    public void TheGradientIsThatOfFiniteDifferences(int height, int width, string stages)
    {
        var image = new ImageShape(height, width);
        ImmutableArray<int> channels = [.. stages.Split(' ').Select(int.Parse)];
        var shape = new ConvolutionalShape(image, channels, [5, 3]);
        var network = shape.Create(Rows);
        var random = new SeededRandom(6);
        var weights = new float[network.ParameterCount];
        network.Initialise(weights, random);
        foreach (ref var weight in weights.AsSpan())
            weight += (float)(0.1 * random.NextNormal());
        var features = Enumerable.Range(0, Rows * image.Pixels).Select(_ => (float)random.NextNormal()).ToArray();
        int[] labels = [0, 2, 1, 0];
        var gradient = new float[weights.Length];
        network.Forward(weights, features, Rows);
        var loss = network.Backward(weights, features, labels, gradient);
        Assert.Equal(Loss(), loss, 1e-5);
        FiniteDifferences.AssertGradient(Loss, weights, gradient);

        double Loss() => Enumerable.Range(0, Rows).Average(row => RowLoss(
            image, channels, weights, [.. features.Skip(row * image.Pixels).Take(image.Pixels).Select(value => (double)value)],
            labels[row]));
    }

    [Fact]
    public void TensorsLieInTheFlatBufferInTheSchemasOrder()
    {
        var shape = new ConvolutionalShape(new ImageShape(32, 16), [2, 3, 4, 5], [6, 6, 6, 6, 6, 6, 6, 6, 7]);
        var tensors = shape.Tensors.ToArray();
        Assert.Equal(tensors.Select(tensor => tensor.Name).Order(StringComparer.Ordinal), tensors.Select(tensor => tensor.Name));
        Assert.Equal(shape.Create(1).ParameterCount, tensors.Sum(tensor => tensor.Count));
        Assert.Equal(2 * 16 * 8, shape.RowFloats);
        Assert.Equal((512, 7), (shape.Columns, shape.Classes));
        Assert.Throws<ArgumentException>(() => new ConvolutionalShape(new ImageShape(32, 24), [2, 3, 4, 5], [7]));
    }

    /// <summary>The cross-entropy of one row: the stages one by one, then five hidden units and three classes.</summary>
    private static double RowLoss(ImageShape image, ImmutableArray<int> channels, ReadOnlySpan<float> weights, double[] values, int label)
    {
        for (var stage = 0; stage < channels.Length; stage++)
        {
            var inputs = ConvolutionalShape.Inputs(channels, stage);
            values = ReferenceConvolution.Stage(image.Halved(stage), (inputs, channels[stage]), weights, values);
            weights = weights[(channels[stage] * ((9 * inputs) + 1))..];
        }

        var hidden = Dense(weights, values, 5).Select(value => Math.Max(0, value)).ToArray();
        var scores = Dense(weights[(5 * (values.Length + 1))..], hidden, 3);
        return Math.Log(scores.Sum(Math.Exp)) - scores[label];
    }

    private static double[] Dense(ReadOnlySpan<float> weights, double[] values, int outputs)
    {
        var sums = new double[outputs];
        for (var o = 0; o < outputs; o++)
        {
            sums[o] = weights[o];
            for (var i = 0; i < values.Length; i++)
                sums[o] += values[i] * weights[outputs + (i * outputs) + o];
        }

        return sums;
    }
}
