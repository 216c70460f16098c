namespace Starling.Learning.Networks;

/// <summary>
/// One image with a border of one pixel of zeros, row by row with a pixel's channels together. A 3 x 3 convolution of it is three matrix
/// products, one for each row of the kernel: from a position on, the three pixels that a row of the kernel meets lie one behind the other,
/// so the bordered image itself is a matrix whose rows overlap, and no patch is copied. Positions run on from one row of the image into the
/// next; the two between them straddle the border and mean nothing.
/// </summary>
internal sealed class BorderedImage
{
    private readonly ImageShape image;
    private readonly int channels;
    private readonly int stride;
    private readonly float[] values;

    /// <summary>Makes room for an image.</summary>
    public BorderedImage(ImageShape image, int channels)
    {
        (this.image, this.channels) = (image, channels);
        stride = (image.Width + 2) * channels;
        values = new float[checked((image.Height + 2) * stride)];
    }

    /// <summary>Floats of a result with one channel: height x (width + 2), without the last two.</summary>
    public int Positions => (image.Height * (image.Width + 2)) - 2;

    /// <summary>From the first pixel to the last, with what lies between the rows: positions x channels.</summary>
    public ReadOnlySpan<float> Inside => values.AsSpan(stride + channels, Positions * channels);

    /// <summary>A row of pixels: width x channels.</summary>
    public Span<float> Row(int row) => values.AsSpan(((row + 1) * stride) + channels, image.Width * channels);

    /// <summary>Copies an image of height x width x channels in.</summary>
    public void Fill(ReadOnlySpan<float> pixels)
    {
        var width = image.Width * channels;
        for (var row = 0; row < image.Height; row++)
            pixels.Slice(row * width, width).CopyTo(Row(row));
    }

    /// <summary>Convolves it.</summary>
    /// <param name="kernel">3 x 3 x channels x outputs.</param>
    /// <param name="outputs">Channels of the result.</param>
    /// <param name="result">Positions x outputs.</param>
    public void Convolve(ReadOnlySpan<float> kernel, int outputs, Span<float> result)
    {
        var inner = ConvolutionStage.KernelSide * channels;
        for (var row = 0; row < ConvolutionStage.KernelSide; row++)
            MatrixProduct.Multiply(
                values.AsSpan(row * stride), channels, 1, kernel.Slice(row * inner * outputs, inner * outputs), result,
                (Positions, outputs, inner), accumulate: row > 0);
    }

    /// <summary>Adds the gradient of a kernel, given that of the convolution's result.</summary>
    /// <param name="deltas">The result's, with zeros between the rows.</param>
    /// <param name="gradient">3 x 3 x channels x outputs.</param>
    public void AddKernelGradient(BorderedImage deltas, Span<float> gradient)
    {
        var (inner, outputs) = (ConvolutionStage.KernelSide * channels, deltas.channels);
        for (var row = 0; row < ConvolutionStage.KernelSide; row++)
            MatrixProduct.Multiply(
                values.AsSpan(row * stride), 1, channels, deltas.Inside, gradient.Slice(row * inner * outputs, inner * outputs),
                (inner, outputs, Positions), accumulate: true);
    }
}
