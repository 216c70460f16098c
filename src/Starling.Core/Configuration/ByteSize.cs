using System.Globalization;

namespace Starling.Core.Configuration;

/// <summary>Sizes as people write them: <c>100MB</c> is 100,000,000 bytes, <c>4MiB</c> is 4,194,304; without a unit it is bytes.</summary>
public static class ByteSize
{
    private static readonly (string Unit, long Bytes)[] Units =
    [
        ("GiB", 1L << 30), ("GB", 1_000_000_000), ("MiB", 1L << 20), ("MB", 1_000_000), ("KiB", 1L << 10), ("kB", 1_000), ("KB", 1_000),
        ("B", 1),
    ];

    /// <summary>Reads one; the number may have decimals.</summary>
    public static bool TryParse(string text, out long bytes)
    {
        bytes = 0;
        var size = 1L;
        var number = text;
        foreach (var (unit, unitBytes) in Units)
        {
            if (!text.EndsWith(unit, StringComparison.Ordinal))
                continue;
            (number, size) = (text[..^unit.Length].TrimEnd(), unitBytes);
            break;
        }

        if (number.Length > 18 || !decimal.TryParse(number, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value)
            || value * size > long.MaxValue)
            return false;
        bytes = (long)(value * size);
        return true;
    }

    /// <summary>Writes one in the largest unit that divides it.</summary>
    public static string Format(long bytes)
    {
        foreach (var (unit, size) in Units)
            if (bytes != 0 && bytes % size == 0)
                return string.Create(CultureInfo.InvariantCulture, $"{bytes / size}{unit}");
        return "0";
    }
}
