using System.Globalization;

namespace Starling.Cli.Reports.Drawing;

/// <summary>Writes the rounds below the columns of a chart.</summary>
internal static class RoundAxis
{
    /// <summary>Writes them.</summary>
    /// <param name="page">Where to.</param>
    /// <param name="blocks">The columns.</param>
    /// <param name="left">Where the first column begins.</param>
    /// <param name="width">A column's width.</param>
    /// <param name="y">The base line of the numbers.</param>
    public static void Write(Markup page, RoundBlocks blocks, double left, double width, double y)
    {
        var ticks = new Scale(blocks.First, Math.Max(blocks.Last, blocks.First + 1), 0, 1).Ticks(blocks.Last - blocks.First < 12 ? 12 : 10);
        foreach (var tick in ticks.Where(tick => tick == Math.Floor(tick) && tick >= blocks.First && tick <= blocks.Last)
            .Append(blocks.First).Distinct())
            page.Label(tick.ToString(CultureInfo.InvariantCulture), (left + ((blocks.Of((long)tick) + 0.5) * width), y), "middle");
        page.Label("round", (left - 6, y), "end");
    }
}
