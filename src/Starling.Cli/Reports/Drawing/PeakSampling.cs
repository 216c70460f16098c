namespace Starling.Cli.Reports.Drawing;

/// <summary>Thins a line out to what can be seen, and keeps its peaks: of each stretch the lowest and the highest point stay.</summary>
internal static class PeakSampling
{
    /// <summary>The same line in at most so many points, with its first and last.</summary>
    /// <param name="points">The line.</param>
    /// <param name="most">How many, from 4.</param>
    public static IReadOnlyList<(double X, double Y)> Reduce(IReadOnlyList<(double X, double Y)> points, int most)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(most, 4);
        if (points.Count <= most)
            return points;
        var kept = new List<(double X, double Y)>(most) { points[0] };
        var inner = points.Count - 2;
        var stretches = (most - 2) / 2;
        for (var i = 0; i < stretches; i++)
        {
            var (from, to) = (1 + (int)((long)inner * i / stretches), 1 + (int)((long)inner * (i + 1) / stretches));
            var (low, high) = (from, from);
            for (var at = from + 1; at < to; at++)
                (low, high) = (points[at].Y < points[low].Y ? at : low, points[at].Y > points[high].Y ? at : high);
            kept.Add(points[Math.Min(low, high)]);
            if (low != high)
                kept.Add(points[Math.Max(low, high)]);
        }

        kept.Add(points[^1]);
        return kept;
    }
}
