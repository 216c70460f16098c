using Starling.Core.Kernel;
using Starling.Learning.Networks;

namespace Starling.Learning.Tests.Networks;

public sealed class ConvolutionStageTests
{
    private const int Rows = 3;

    [Theory]
    [InlineData(2, 2, 1, 1)]
    [InlineData(4, 4, 1, 8)]
    [InlineData(2, 6, 3, 5)]
    [InlineData(6, 2, 4, 17)]
    public void ResultAndGradientsAreThoseOfTheStepsOneByOne(int height, int width, int inputs, int outputs)
    {
        var random = new SeededRandom(5);
        var image = new ImageShape(height, width);
        var stage = new ConvolutionStage(image, inputs, outputs);
        var weights = new float[stage.ParameterCount];
        stage.Initialise(weights, random);
        foreach (ref var bias in weights.AsSpan(0, outputs))
            bias = (float)(0.3 * random.NextNormal());
        var input = Draw(Rows * stage.InputFloats, random);
        var delta = Draw(Rows * stage.OutputFloats, random);
        var (output, winners) = (new float[delta.Length], new int[delta.Length]);
        stage.Forward(weights, input, output, winners, Rows);
        var expected = Reference();
        for (var i = 0; i < expected.Length; i++)
            Assert.Equal(expected[i], output[i], 1e-5);
        Assert.Contains(output, value => value == 0);
        Assert.Contains(output, value => value > 0);

        // What an earlier batch left behind must not show.
        var gradient = Enumerable.Repeat(float.NaN, weights.Length).ToArray();
        var inputDelta = Enumerable.Repeat(float.NaN, input.Length).ToArray();
        stage.Backward(weights, input, output, winners, Draw(delta.Length, random), gradient, inputDelta);
        stage.Backward(weights, input, output, winners, delta, gradient, inputDelta);
        FiniteDifferences.AssertGradient(Loss, weights, gradient);
        FiniteDifferences.AssertGradient(Loss, input, inputDelta);

        double Loss() => Reference().Zip(delta, (value, weight) => value * weight).Sum();

        double[] Reference() => [.. Enumerable.Range(0, Rows).SelectMany(row => ReferenceConvolution.Stage(
            image, (inputs, outputs), weights,
            [.. input.Skip(row * stage.InputFloats).Take(stage.InputFloats).Select(value => (double)value)]))];
    }

    [Theory]
    [InlineData(1)]
    [InlineData(16)]
    public void OfEqualPixelsTheFirstCounts(int channels)
    {
        var image = new ImageShape(2, 2);
        var scores = new BorderedImage(image, channels);
        var (output, winners, bias) = (new float[channels], new int[channels], new float[channels]);
        RectifiedPool.Forward([.. Enumerable.Repeat(1f, 8 * channels)], image, bias, output, winners);
        RectifiedPool.Backward(output, winners, output, image, scores, bias);
        Assert.Equal([.. Enumerable.Repeat(1f, channels), .. new float[channels]], scores.Row(0).ToArray());
        Assert.Equal(new float[2 * channels], scores.Row(1).ToArray());
        Assert.All(bias, value => Assert.Equal(1, value));
    }

    private static float[] Draw(int count, SeededRandom random) => [.. Enumerable.Range(0, count).Select(_ => (float)random.NextNormal())];
}
