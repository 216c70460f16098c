namespace Starling.Cli.Reports.Drawing;

/// <summary>Turns values into coordinates.</summary>
/// <param name="Least">The value at <paramref name="From"/>.</param>
/// <param name="Most">The value at <paramref name="To"/>; more than the least.</param>
/// <param name="From">A coordinate.</param>
/// <param name="To">A coordinate.</param>
/// <param name="IsLogarithmic">Whether equal distances are equal factors; both values are positive then.</param>
internal readonly record struct Scale(double Least, double Most, double From, double To, bool IsLogarithmic = false)
{
    // From this factor on, small values would lie on the axis.
    private const double LogarithmicFrom = 30;

    /// <summary>A scale that shows all of some values, from zero unless they call for a logarithmic one.</summary>
    public static Scale Over(IReadOnlyCollection<double> values, double from, double to, bool mayBeLogarithmic = false)
    {
        var (least, most) = values.Count == 0 ? (0, 1) : (values.Min(), values.Max());
        if (mayBeLogarithmic && least > 0 && most / least > LogarithmicFrom)
            return new Scale(least / 1.15, most * 1.15, from, to, IsLogarithmic: true);
        return new Scale(Math.Min(0, least), most > Math.Min(0, least) ? most : least + 1, from, to);
    }

    /// <summary>Where a value is drawn; one out of bounds at the nearer end.</summary>
    public double At(double value)
    {
        var share = IsLogarithmic ? Math.Log(Math.Max(value, Least) / Least) / Math.Log(Most / Least) : (value - Least) / (Most - Least);
        return From + ((To - From) * Math.Clamp(share, 0, 1));
    }

    /// <summary>Round values to write at the axis, about so many.</summary>
    public IReadOnlyList<double> Ticks(int about)
    {
        if (IsLogarithmic)
            return Powers();
        var rough = (Most - Least) / about;
        var power = Math.Pow(10, Math.Floor(Math.Log10(rough)));
        var step = power * ((rough / power) switch { <= 1.01 => 1, <= 2.02 => 2, <= 5.05 => 5, _ => 10 });
        var first = Math.Ceiling((Least / step) - 1e-9);
        var (start, count) = (first, (int)Math.Floor((Most / step) - first + 1e-9) + 1);
        return [.. Enumerable.Range(0, count).Select(i => (start + i) * step)];
    }

    private List<double> Powers()
    {
        var least = Least;
        var most = Most;
        // With many decades their own lines are enough.
        double[] steps = Math.Log10(most / least) > 2.5 ? [1] : [1, 2, 5];
        var decades = Enumerable.Range((int)Math.Floor(Math.Log10(least)), (int)Math.Ceiling(Math.Log10(most / least)) + 2);
        return [.. decades.SelectMany(decade => steps.Select(step => step * Math.Pow(10, decade)))
            .Where(value => value >= least && value <= most)];
    }
}
