namespace Starling.Cli.Reports.Drawing;

/// <summary>
/// Smooths a line of many points, so that several can be told apart: each point of the new line is the mean of a stretch.
/// </summary>
internal static class MeanSampling
{
    /// <summary>How many points a line has from which on it is smoothed.</summary>
    public const int From = 200;

    private const int Stretches = 60;

    /// <summary>The smoothed line; a short one as it is.</summary>
    public static IReadOnlyList<(double X, double Y)> Reduce(IReadOnlyList<(double X, double Y)> points) => points.Count < From
        ? points
        : [.. points.Chunk((points.Count + Stretches - 1) / Stretches)
            .Select(stretch => (stretch.Average(point => point.X), stretch.Average(point => point.Y)))];
}
