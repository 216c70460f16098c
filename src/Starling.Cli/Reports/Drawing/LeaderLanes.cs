using System.Globalization;

namespace Starling.Cli.Reports.Drawing;

/// <summary>
/// A lane for each node and a column for each block of rounds: who led, who was replaced, who was missing, who was started again.
/// </summary>
/// <param name="title">What it shows, for a screen reader.</param>
/// <param name="blocks">The columns.</param>
internal sealed class LeaderLanes(string title, RoundBlocks blocks)
{
    private const int Width = 1000, Left = 110, Right = 12, Lane = 24, Bottom = 28, LongestName = 16;

    /// <summary>Draws it.</summary>
    /// <param name="page">Where to.</param>
    /// <param name="lanes">The nodes, each with a cell for each column; null where nothing is to be seen.</param>
    public void Write(Markup page, IReadOnlyList<(string Node, LaneCell?[] Cells)> lanes)
    {
        var height = (lanes.Count * Lane) + Bottom;
        var width = (double)(Width - Left - Right) / blocks.Count;
        page.OpenDrawing(title, Width, height).OpenAxes();
        for (var i = 0; i < lanes.Count; i++)
        {
            var middle = (i * Lane) + (Lane / 2.0);
            page.Rule((Left, middle), (Width - Right, middle));
            page.Label(Shorten(lanes[i].Node), (Left - 8, middle + 4), "end");
        }

        RoundAxis.Write(page, blocks, Left, width, height - 8);
        page.Close();
        for (var i = 0; i < lanes.Count; i++)
            for (var block = 0; block < blocks.Count; block++)
                if (lanes[i].Cells[block] is { } cell)
                    WriteCell(page, lanes[i].Node, block, cell, (Left + ((block + 0.5) * width), (i * Lane) + (Lane / 2.0)), width);
        page.Close().Line();
    }

    private void WriteCell(Markup page, string node, int block, LaneCell cell, (double X, double Y) at, double width)
    {
        var half = Math.Min(13, Math.Max(1.2, width * 0.42));
        page.Open("g").Leaf("title", $"{node}, round {blocks.Name(block)}: {Describe(cell)}");
        if (cell.Led > 0)
            page.Box("led", (at.X - half, at.Y - 7), (2 * half, 14), round: 2,
                strength: 0.25 + (0.75 * Math.Min(1, (double)cell.Led / blocks.Size)));
        else if (cell.Absent > 0)
            page.Box("absent", (at.X - half, at.Y - 5), (2 * half, 10), round: 2);
        if (cell.Replaced > 0)
            page.Mark("path", ("class", "replaced"), ("d", $"M{Markup.Number(at.X - 5)} {Markup.Number(at.Y - 5)}l10 10m0 -10l-10 10"));
        if (cell.Named > 0)
            page.Mark("path", ("class", "named"), ("d", $"M{Markup.Number(at.X)} {Markup.Number(at.Y - 7)}l7 7l-7 7l-7 -7z"));
        if (cell.Restarts > 0)
            page.Mark("path", ("class", "restart"),
                ("d", $"M{Markup.Number(at.X - 5 + Math.Min(10, width * 0.3))} {Markup.Number(at.Y + 11)}l5 -8l5 8z"));
        page.Close();
    }

    private static string Shorten(string node) => node.Length > LongestName ? $"…{node[^(LongestName - 1)..]}" : node;

    private static string Describe(LaneCell cell)
    {
        (int Count, string What)[] all =
        [
            (cell.Led, "rounds led"), (cell.Replaced, "terms lost"), (cell.Absent, "rounds without its update"),
            (cell.Named, "rounds that named it"),
            (cell.Restarts, "restarts"),
        ];
        return string.Join(", ",
            all.Where(one => one.Count > 0).Select(one => string.Create(CultureInfo.InvariantCulture, $"{one.What} {one.Count}")));
    }
}
