using Starling.Core.Kernel;

namespace Starling.Learning.Networks;

/// <summary>
/// A 3 x 3 convolution whose result is as large as its input, with bias, rectifier and 2 x 2 pooling. Images are height x width x channels.
/// Weights lie in a flat buffer: the biases, then the kernel of 3 x 3 x inputs x outputs. Images pass one by one, so that what lies between
/// the steps stays in the caches.
/// </summary>
internal sealed class ConvolutionStage
{
    /// <summary>Pixels along a side of the kernel.</summary>
    public const int KernelSide = 3;

    private readonly ImageShape image;
    private readonly int inputs;
    private readonly int outputs;
    private readonly BorderedImage bordered;
    private readonly BorderedImage scoreDeltas;
    private readonly float[] scores;
    private readonly float[] turned;
    private readonly float[] inputDeltas;

    /// <summary>Lays out a stage.</summary>
    /// <param name="image">What it takes; both sides are even.</param>
    /// <param name="inputs">Channels that it takes.</param>
    /// <param name="outputs">Channels that it gives.</param>
    public ConvolutionStage(ImageShape image, int inputs, int outputs)
    {
        (this.image, this.inputs, this.outputs) = (image, inputs, outputs);
        bordered = new BorderedImage(image, inputs);
        scoreDeltas = new BorderedImage(image, outputs);
        scores = new float[checked((bordered.Positions + 2) * outputs)];
        turned = new float[KernelFloats];
        inputDeltas = new float[checked((bordered.Positions + 2) * inputs)];
    }

    /// <summary>How many floats are trained.</summary>
    public int ParameterCount => outputs + KernelFloats;

    /// <summary>Floats of an image that it takes.</summary>
    public int InputFloats => image.Pixels * inputs;

    /// <summary>Floats of an image that it gives: half as high and half as wide.</summary>
    public int OutputFloats => image.Halved(1).Pixels * outputs;

    private int KernelFloats => KernelSide * KernelSide * inputs * outputs;

    /// <summary>Draws the kernel: normal with variance 2 / (9 inputs) (He et al., 2015); biases 0.</summary>
    public void Initialise(Span<float> weights, SeededRandom random)
    {
        weights[..outputs].Clear();
        var scale = Math.Sqrt(2.0 / (KernelSide * KernelSide * inputs));
        foreach (ref var weight in weights[outputs..])
            weight = (float)(scale * random.NextNormal());
    }

    /// <summary>Computes a batch.</summary>
    /// <param name="weights">This stage's.</param>
    /// <param name="input">Rows x <see cref="InputFloats"/>.</param>
    /// <param name="output">Rows x <see cref="OutputFloats"/>.</param>
    /// <param name="winners">As large as the output: what <see cref="Backward"/> must be told.</param>
    /// <param name="rows">How many images.</param>
    public void Forward(ReadOnlySpan<float> weights, ReadOnlySpan<float> input, Span<float> output, Span<int> winners, int rows)
    {
        for (var row = 0; row < rows; row++)
        {
            bordered.Fill(input.Slice(row * InputFloats, InputFloats));
            bordered.Convolve(weights[outputs..], outputs, scores);
            RectifiedPool.Forward(scores, image, weights[..outputs], output.Slice(row * OutputFloats, OutputFloats),
                winners.Slice(row * OutputFloats, OutputFloats));
        }
    }

    /// <summary>Writes the gradient of a batch.</summary>
    /// <param name="weights">This stage's.</param>
    /// <param name="input">What <see cref="Forward"/> took.</param>
    /// <param name="output">What it gave.</param>
    /// <param name="winners">What it gave besides.</param>
    /// <param name="delta">The output's, as large.</param>
    /// <param name="gradient">As large as the weights.</param>
    /// <param name="inputDelta">Rows x <see cref="InputFloats"/>, or empty if nobody wants it.</param>
    public void Backward(
        ReadOnlySpan<float> weights, ReadOnlySpan<float> input, ReadOnlySpan<float> output, ReadOnlySpan<int> winners,
        ReadOnlySpan<float> delta,
        Span<float> gradient, Span<float> inputDelta)
    {
        gradient.Clear();
        if (inputDelta.Length > 0)
            Turn(weights[outputs..]);
        for (int row = 0, from = 0; from < delta.Length; row++, from += OutputFloats)
        {
            RectifiedPool.Backward(
                output.Slice(from, OutputFloats), winners.Slice(from, OutputFloats), delta.Slice(from, OutputFloats), image, scoreDeltas,
                gradient[..outputs]);
            bordered.Fill(input.Slice(row * InputFloats, InputFloats));
            bordered.AddKernelGradient(scoreDeltas, gradient[outputs..]);
            if (inputDelta.Length > 0)
                PassBack(inputDelta.Slice(row * InputFloats, InputFloats));
        }
    }

    /// <summary>
    /// The input's deltas are a convolution too: of the scores' deltas, with the kernel turned by half a circle and its channels exchanged.
    /// </summary>
    private void PassBack(Span<float> inputDelta)
    {
        scoreDeltas.Convolve(turned, inputs, inputDeltas);
        var width = image.Width * inputs;
        for (var row = 0; row < image.Height; row++)
            inputDeltas.AsSpan(row * (image.Width + 2) * inputs, width).CopyTo(inputDelta[(row * width)..]);
    }

    private void Turn(ReadOnlySpan<float> kernel)
    {
        const int Places = KernelSide * KernelSide;
        for (var place = 0; place < Places; place++)
            RowOperations.Transpose(
                kernel.Slice(place * inputs * outputs, inputs * outputs), inputs, outputs,
                turned.AsSpan((Places - 1 - place) * inputs * outputs));
    }
}
