using System.Collections.Immutable;
using System.Globalization;

namespace Starling.Learning.Data.Profiles;

/// <summary>Looks at images of bytes: for each pixel its range, mean and deviation, exactly, in whole numbers.</summary>
internal sealed class PixelTally(int columns)
{
    private readonly byte[] least = [.. Enumerable.Repeat(byte.MaxValue, columns)], greatest = new byte[columns];
    private readonly long[] sums = new long[columns], squares = new long[columns];
    private long rows;

    /// <summary>Takes an image in.</summary>
    public void Add(ReadOnlySpan<byte> image)
    {
        rows++;
        for (var i = 0; i < image.Length; i++)
        {
            var pixel = image[i];
            least[i] = Math.Min(least[i], pixel);
            greatest[i] = Math.Max(greatest[i], pixel);
            sums[i] += pixel;
            squares[i] += pixel * pixel;
        }
    }

    /// <summary>The pixels as columns, divided by 255 as the loader divides them.</summary>
    public ImmutableArray<ColumnProfile> Finish() => [.. Enumerable.Range(0, columns).Select(i =>
    {
        var mean = (double)sums[i] / rows;
        var deviation = Math.Sqrt(Math.Max(0, ((double)squares[i] / rows) - (mean * mean)));
        return new ColumnProfile(
            i, string.Create(CultureInfo.InvariantCulture, $"pixel {i + 1}"),
            least[i] == greatest[i] ? ColumnKind.Constant : ColumnKind.Number, 0,
            Math.Min(greatest[i] - least[i] + 1, (int)Math.Min(rows, 256)), false, rows, least[i] / 255.0, greatest[i] / 255.0, mean / 255,
            deviation / 255, [], false);
    })];
}
