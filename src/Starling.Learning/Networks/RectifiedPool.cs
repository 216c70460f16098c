using System.Numerics;

namespace Starling.Learning.Networks;

/// <summary>
/// Bias, rectifier and pooling in one pass: the greatest of each 2 x 2 pixels, channel by channel, plus the bias, negatives replaced by 0.
/// The bias is the same for all four and a rectifier keeps their order, so this is what bias, rectifier and pooling give one after the
/// other. Of equal pixels the first counts.
/// </summary>
internal static class RectifiedPool
{
    private const int Pixels = 4;

    /// <summary>Pools an image.</summary>
    /// <param name="scores">What was convolved: height rows of (width + 2) x channels.</param>
    /// <param name="image">Its height and width.</param>
    /// <param name="bias">One float a channel.</param>
    /// <param name="output">Half the height x half the width x channels.</param>
    /// <param name="winners">As large: which of the four was the greatest.</param>
    public static void Forward(ReadOnlySpan<float> scores, ImageShape image, ReadOnlySpan<float> bias, Span<float> output,
        Span<int> winners)
    {
        var channels = bias.Length;
        var stride = (image.Width + 2) * channels;
        var at = 0;
        for (var row = 0; row < image.Height; row += 2)
            for (var column = 0; column < image.Width; column += 2, at += channels)
            {
                var upper = scores.Slice((row * stride) + (column * channels), 2 * channels);
                var lower = scores.Slice(((row + 1) * stride) + (column * channels), 2 * channels);
                Pool(upper, lower, bias, output.Slice(at, channels), winners.Slice(at, channels));
            }
    }

    /// <summary>Hands the deltas of the pooled image to the pixels that won, and adds up the bias's gradient.</summary>
    /// <param name="output">What <see cref="Forward"/> gave.</param>
    /// <param name="winners">What it gave besides.</param>
    /// <param name="delta">The output's.</param>
    /// <param name="image">Height and width of the scores.</param>
    /// <param name="scores">Where the scores' deltas go; its border stays.</param>
    /// <param name="bias">The bias's gradient, which is added to.</param>
    public static void Backward(
        ReadOnlySpan<float> output, ReadOnlySpan<int> winners, ReadOnlySpan<float> delta, ImageShape image, BorderedImage scores,
        Span<float> bias)
    {
        var channels = bias.Length;
        var at = 0;
        for (var row = 0; row < image.Height; row += 2)
        {
            var upper = scores.Row(row);
            var lower = scores.Row(row + 1);
            for (var column = 0; column < image.Width; column += 2, at += channels)
                Spread(
                    output.Slice(at, channels), winners.Slice(at, channels), delta.Slice(at, channels),
                    upper.Slice(column * channels, 2 * channels), lower.Slice(column * channels, 2 * channels), bias);
        }
    }

    private static void Pool(ReadOnlySpan<float> upper, ReadOnlySpan<float> lower, ReadOnlySpan<float> bias, Span<float> output,
        Span<int> winners)
    {
        var (channels, count, i) = (bias.Length, Vector<float>.Count, 0);
        for (; i + count <= channels; i += count)
        {
            var (most, winner) = (new Vector<float>(upper[i..]), Vector<int>.Zero);
            for (var pixel = 1; pixel < Pixels; pixel++)
            {
                var next = new Vector<float>((pixel < 2 ? upper : lower)[(((pixel & 1) * channels) + i)..]);
                var wins = Vector.GreaterThan(next, most);
                most = Vector.ConditionalSelect(wins, next, most);
                winner = Vector.ConditionalSelect(wins, new Vector<int>(pixel), winner);
            }

            Vector.Max(Vector<float>.Zero, most + new Vector<float>(bias[i..])).CopyTo(output[i..]);
            winner.CopyTo(winners[i..]);
        }

        for (; i < channels; i++)
        {
            var (most, winner) = (upper[i], 0);
            for (var pixel = 1; pixel < Pixels; pixel++)
            {
                var next = (pixel < 2 ? upper : lower)[((pixel & 1) * channels) + i];
                (most, winner) = next > most ? (next, pixel) : (most, winner);
            }

            (output[i], winners[i]) = (MathF.Max(0, most + bias[i]), winner);
        }
    }

    private static void Spread(
        ReadOnlySpan<float> output, ReadOnlySpan<int> winners, ReadOnlySpan<float> delta, Span<float> upper, Span<float> lower,
        Span<float> bias)
    {
        var (channels, count, i) = (bias.Length, Vector<float>.Count, 0);
        for (; i + count <= channels; i += count)
        {
            var passed = Vector.ConditionalSelect(Vector.GreaterThan(new Vector<float>(output[i..]), Vector<float>.Zero),
                new Vector<float>(delta[i..]), Vector<float>.Zero);
            var winner = new Vector<int>(winners[i..]);
            (new Vector<float>(bias[i..]) + passed).CopyTo(bias[i..]);
            for (var pixel = 0; pixel < Pixels; pixel++)
                Vector.ConditionalSelect(Vector.Equals(winner, new Vector<int>(pixel)), passed, Vector<float>.Zero)
                    .CopyTo((pixel < 2 ? upper : lower)[(((pixel & 1) * channels) + i)..]);
        }

        for (; i < channels; i++)
        {
            var passed = output[i] > 0 ? delta[i] : 0;
            bias[i] += passed;
            for (var pixel = 0; pixel < Pixels; pixel++)
                (pixel < 2 ? upper : lower)[((pixel & 1) * channels) + i] = winners[i] == pixel ? passed : 0;
        }
    }
}
