using System.Globalization;

namespace Starling.Cli.Terminal;

/// <summary>Numbers as people read them.</summary>
internal static class Quantity
{
    private static readonly string[] Units = ["B", "kB", "MB", "GB", "TB"];

    /// <summary>Bytes with three digits: <c>1.23 MB</c>.</summary>
    public static string Bytes(long bytes)
    {
        var (value, unit) = ((double)bytes, 0);
        for (; value >= 999.5 && unit < Units.Length - 1; unit++)
            value /= 1000;
        if (unit == 0)
            return string.Create(CultureInfo.InvariantCulture, $"{bytes} B");
        var digits = value < 9.995 ? "0.00" : value < 99.95 ? "0.0" : "0";
        return $"{value.ToString(digits, CultureInfo.InvariantCulture)} {Units[unit]}";
    }

    /// <summary>A number of things: <c>12,345</c>.</summary>
    public static string Count(long number) => number.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary>Whether a number can be a share, as an accuracy is. A program's own metric may be none.</summary>
    public static bool IsShare(double value) => value is >= 0 and <= 1;

    /// <summary>A share from 0 to 1 in percent; what can be none as a number, or a dash.</summary>
    public static string Percent(double? share) => share is { } value && IsShare(value)
        ? string.Create(CultureInfo.InvariantCulture, $"{100 * value:0.0} %")
        : Number(share);

    /// <summary>A measured number with four digits, or a dash.</summary>
    public static string Number(double? number) => number is { } value && double.IsFinite(value)
        ? value.ToString("G4", CultureInfo.InvariantCulture)
        : "-";

    /// <summary>A span of time: <c>4.2 s</c>, <c>3 min 5 s</c>, <c>2 h 10 min</c>; a dash for none.</summary>
    public static string Time(TimeSpan? time) => time switch
    {
        null => "-",
        { TotalMinutes: < 1 } t => string.Create(CultureInfo.InvariantCulture, $"{t.TotalSeconds:0.0} s"),
        { TotalHours: < 1 } t => $"{t.Minutes} min {t.Seconds} s",
        { } t => $"{(long)t.TotalHours} h {t.Minutes} min",
    };
}
