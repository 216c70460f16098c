using System.Globalization;

namespace Starling.Cli.Reports.Drawing;

/// <summary>Puts many rounds into few columns: each column holds equally many rounds that follow each other.</summary>
/// <param name="First">The first round.</param>
/// <param name="Last">The last round.</param>
/// <param name="Size">Rounds a column, from 1.</param>
internal sealed record RoundBlocks(long First, long Last, long Size)
{
    /// <summary>How many columns there are.</summary>
    public int Count => (int)((Last - First) / Size) + 1;

    /// <summary>As few rounds a column as give at most so many columns.</summary>
    public static RoundBlocks Over(long first, long last, int most) => new(first, last, Math.Max(1, (last - first + most) / most));

    /// <summary>The column that a round is in, from 0.</summary>
    public int Of(long round) => (int)((round - First) / Size);

    /// <summary>What a column is called: <c>7</c>, or <c>31–40</c>.</summary>
    public string Name(int block)
    {
        var (from, to) = (First + (block * Size), Math.Min(Last, First + ((block + 1) * Size) - 1));
        return from == to ? from.ToString(CultureInfo.InvariantCulture) : string.Create(CultureInfo.InvariantCulture, $"{from}–{to}");
    }
}
