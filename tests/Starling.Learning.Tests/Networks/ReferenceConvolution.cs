using Starling.Learning.Networks;

namespace Starling.Learning.Tests.Networks;

/// <summary>Convolution, bias, rectifier and pooling one after the other in double precision, without matrices or borders.</summary>
internal static class ReferenceConvolution
{
    /// <summary>One image through a stage.</summary>
    /// <param name="image">Its height and width.</param>
    /// <param name="channels">Channels taken and given.</param>
    /// <param name="weights">The biases, then the kernel.</param>
    /// <param name="input">Height x width x channels.</param>
    public static double[] Stage(ImageShape image, (int In, int Out) channels, ReadOnlySpan<float> weights, double[] input)
    {
        var rectified = new double[image.Pixels * channels.Out];
        for (var y = 0; y < image.Height; y++)
            for (var x = 0; x < image.Width; x++)
                for (var o = 0; o < channels.Out; o++)
                    rectified[(((y * image.Width) + x) * channels.Out) + o] =
                        Math.Max(0, Score(image, channels, weights, input, (y, x, o)));
        var pooled = new double[rectified.Length / 4];
        for (var y = 0; y < image.Height / 2; y++)
            for (var x = 0; x < image.Width / 2; x++)
                for (var o = 0; o < channels.Out; o++)
                {
                    double At(int dy, int dx) => rectified[(((((2 * y) + dy) * image.Width) + (2 * x) + dx) * channels.Out) + o];
                    pooled[(((y * (image.Width / 2)) + x) * channels.Out) + o] =
                        Math.Max(Math.Max(At(0, 0), At(0, 1)), Math.Max(At(1, 0), At(1, 1)));
                }

        return pooled;
    }

    private static double Score(ImageShape image, (int In, int Out) channels, ReadOnlySpan<float> weights, double[] input,
        (int Y, int X, int O) at)
    {
        double sum = weights[at.O];
        for (var dy = 0; dy < 3; dy++)
            for (var dx = 0; dx < 3; dx++)
            {
                var (y, x) = (at.Y + dy - 1, at.X + dx - 1);
                if (y < 0 || y >= image.Height || x < 0 || x >= image.Width)
                    continue;
                for (var i = 0; i < channels.In; i++)
                    sum += input[(((y * image.Width) + x) * channels.In) + i]
                        * weights[channels.Out + (((((dy * 3) + dx) * channels.In) + i) * channels.Out) + at.O];
            }

        return sum;
    }
}
