using Starling.Cli.Terminal;

namespace Starling.Cli.Reports.Drawing;

/// <summary>A column for each block of rounds, of parts that lie on each other: where the time went.</summary>
/// <param name="title">What it shows, for a screen reader.</param>
/// <param name="blocks">The columns.</param>
/// <param name="parts">The parts from the bottom up: class in the style sheet, and name.</param>
internal sealed class StackedColumns(string title, RoundBlocks blocks, IReadOnlyList<(string Style, string Name)> parts)
{
    private const int Width = 1000, Height = 200, Left = 54, Right = 12, Top = 18, Bottom = 32;

    // A column so many times higher than most would leave nothing to see of the others.
    private const double Outlier = 4;

    /// <summary>Draws it.</summary>
    /// <param name="page">Where to.</param>
    /// <param name="seconds">For each column a length for each part.</param>
    public void Write(Markup page, IReadOnlyList<double[]> seconds)
    {
        var sums = seconds.Select(column => column.Sum()).Order().ToArray();
        var usual = sums.Length == 0 ? 1 : sums[(int)(0.9 * (sums.Length - 1))];
        var y = new Scale(0, Math.Max(1e-3, Math.Min(sums.DefaultIfEmpty(1).Max(), Outlier * usual)), Height - Bottom, Top);
        var width = (double)(Width - Left - Right) / blocks.Count;
        page.OpenDrawing(title, Width, Height);
        WriteAxes(page, y, width);
        for (var i = 0; i < seconds.Count; i++)
            WriteColumn(page, i, seconds[i], y, width);
        page.Close().Line();
    }

    private void WriteColumn(Markup page, int block, double[] lengths, Scale y, double width)
    {
        var sum = lengths.Sum();
        if (sum <= 0)
            return;
        var (left, bar, below) = (Left + (block * width), Math.Min(28, width * 0.84), 0d);
        var words = parts.Zip(lengths).Where(pair => pair.Second > 0).Select(pair => $"{pair.First.Name} {Words(pair.Second)}");
        page.Open("g").Leaf("title", $"round {blocks.Name(block)}: {string.Join(", ", words)}");
        for (var i = 0; i < parts.Count; i++)
        {
            var (bottom, top) = (y.At(below), y.At(below += lengths[i]));
            page.Box(parts[i].Style, (left + ((width - bar) / 2), top), (bar, bottom - top));
        }

        if (sum > y.Most * 1.001)
            page.Label($"↑ {Words(sum)}", (Math.Clamp(left + (width / 2), Left + 20, Width - 40), Top - 5), "middle", "note");
        page.Close();
    }

    private void WriteAxes(Markup page, Scale y, double width)
    {
        page.OpenAxes();
        foreach (var tick in y.Ticks(4))
        {
            page.Rule((Left, y.At(tick)), (Width - Right, y.At(tick)));
            page.Label($"{Quantity.Number(tick)} s", (Left - 6, y.At(tick) + 4), "end");
        }

        RoundAxis.Write(page, blocks, Left, width, Height - Bottom + 16);
        page.Close();
    }

    private static string Words(double seconds) => Quantity.Time(TimeSpan.FromSeconds(seconds));
}
