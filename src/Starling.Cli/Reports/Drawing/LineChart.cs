using System.Globalization;
using System.Text;

namespace Starling.Cli.Reports.Drawing;

/// <summary>Lines over rounds, with lines to compare with, and labels at their ends.</summary>
/// <param name="title">What it shows, for a screen reader.</param>
/// <param name="format">Writes a value at the vertical axis.</param>
internal sealed class LineChart(string title, Func<double, string> format)
{
    /// <summary>The drawing's width, in its own units; a page stretches it.</summary>
    public const int Width = 480;

    private const int Height = 270, Left = 54, Right = 112, Top = 10, Bottom = 32, LabelDistance = 13, MostPoints = 240;

    private readonly List<LineSeries> series = [];
    private readonly List<(string Name, string Style, double Value)> references = [];

    /// <summary>Whether values that differ by large factors may be drawn on a logarithmic axis.</summary>
    public bool MayBeLogarithmic { get; init; }

    /// <summary>The greatest value that there can be; null if there is no such value.</summary>
    public double? Ceiling { get; init; }

    /// <summary>Adds a line, over the earlier ones.</summary>
    public void Add(LineSeries line) =>
        series.Add(line with { Points = PeakSampling.Reduce([.. line.Points.Where(point => double.IsFinite(point.Y))], MostPoints) });

    /// <summary>Adds a value to compare with; none if it is not known.</summary>
    public void Compare(string name, string style, double? value)
    {
        if (value is { } known && double.IsFinite(known))
            references.Add((name, style, known));
    }

    /// <summary>Draws it.</summary>
    public void Write(Markup page)
    {
        var points = series.SelectMany(line => line.Points).ToList();
        double[] values = [.. points.Select(point => point.Y), .. references.Select(reference => reference.Value)];
        var y = Ceiling is { } ceiling && values.All(value => value >= 0)
            ? new Scale(0, ceiling, Height - Bottom, Top)
            : Scale.Over(values, Height - Bottom, Top, MayBeLogarithmic);
        var (first, last) = points.Count == 0 ? (1d, 2d) : (points.Min(point => point.X), points.Max(point => point.X));
        var x = new Scale(first, Math.Max(last, first + 1), Left, Width - Right);
        page.OpenDrawing(title, Width, Height);
        WriteAxes(page, x, y);
        var labels = new List<(string Text, string Style, double At)>();
        foreach (var (name, style, value) in references)
        {
            page.Rule((Left, y.At(value)), (Width - Right, y.At(value)), $"reference {style}", $"{name}: {format(value)}");
            labels.Add(($"{name} {format(value)}", style, y.At(value)));
        }

        foreach (var line in series.Where(line => line.Points.Count > 0))
        {
            WriteLine(page, line, x, y);
            if (line.Label is { } label)
                labels.Add((label, line.Style, y.At(line.Points[^1].Y)));
        }

        WriteLabels(page, labels);
        page.Close().Line();
    }

    private void WriteAxes(Markup page, Scale x, Scale y)
    {
        page.OpenAxes();
        foreach (var tick in y.Ticks(5))
        {
            page.Rule((Left, y.At(tick)), (Width - Right, y.At(tick)));
            page.Label(format(tick), (Left - 6, y.At(tick) + 4), "end");
        }

        foreach (var tick in x.Ticks(6).Where(tick => tick == Math.Floor(tick)).Append(x.Least).Distinct())
            page.Label(tick.ToString(CultureInfo.InvariantCulture), (x.At(tick), Height - Bottom + 16), "middle");
        page.Label(y.IsLogarithmic ? "round (vertical axis logarithmic)" : "round", ((Left + Width - Right) / 2.0, Height - 4), "middle");
        page.Close();
    }

    private static void WriteLine(Markup page, LineSeries line, Scale x, Scale y)
    {
        if (line.Points.Count == 1)
        {
            var (left, top) = (x.At(line.Points[0].X), y.At(line.Points[0].Y));
            page.Open("circle", ("class", $"dot {line.Style}"), ("cx", Markup.Number(left)), ("cy", Markup.Number(top)), ("r", "3"))
                .Leaf("title", line.Name).Close();
            return;
        }

        var path = new StringBuilder();
        foreach (var point in line.Points)
            path.Append(path.Length == 0 ? 'M' : 'L').Append(Markup.Number(x.At(point.X))).Append(' ').Append(Markup.Number(y.At(point.Y)));
        page.Open("path", ("class", $"line {line.Style}"), ("d", path.ToString())).Leaf("title", line.Name).Close();
    }

    private static void WriteLabels(Markup page, List<(string Text, string Style, double At)> labels)
    {
        var places = Labels.Spread([.. labels.Select(label => label.At)], LabelDistance, Top + 4, Height - Bottom);
        for (var i = 0; i < labels.Count; i++)
            page.Label(labels[i].Text, (Width - Right + 6, places[i] + 4), style: $"label {labels[i].Style}");
    }
}
