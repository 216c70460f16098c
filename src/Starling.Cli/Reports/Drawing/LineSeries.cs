namespace Starling.Cli.Reports.Drawing;

/// <summary>A line of a chart.</summary>
/// <param name="Name">What a pointer or a screen reader is told.</param>
/// <param name="Label">What is written at its end; null for nothing.</param>
/// <param name="Style">Its class in the style sheet.</param>
/// <param name="Points">Its points, in the order of the horizontal axis.</param>
internal sealed record LineSeries(string Name, string? Label, string Style, IReadOnlyList<(double X, double Y)> Points);
