using System.Buffers;
using System.Globalization;
using System.Text;

namespace Starling.Core.Configuration;

/// <summary>Spans of time as people write them: <c>500ms</c>, <c>2s</c>, <c>1m30s</c>, <c>1.5h</c>. Units: d, h, m, s, ms, us.</summary>
public static class Duration
{
    private static readonly SearchValues<char> NumberCharacters = SearchValues.Create("0123456789.");

    private static readonly (string Unit, long Ticks)[] Units =
    [
        ("d", TimeSpan.TicksPerDay), ("h", TimeSpan.TicksPerHour), ("m", TimeSpan.TicksPerMinute), ("s", TimeSpan.TicksPerSecond),
        ("ms", TimeSpan.TicksPerMillisecond), ("us", TimeSpan.TicksPerMicrosecond),
    ];

    /// <summary>Reads one; units from the largest to the smallest, each at most once. A bare <c>0</c> needs none.</summary>
    public static bool TryParse(string text, out TimeSpan span)
    {
        span = TimeSpan.Zero;
        if (text == "0")
            return true;
        var rest = text.AsSpan();
        var (from, sum) = (0, 0m);
        while (rest.Length > 0)
        {
            var digits = rest.IndexOfAnyExcept(NumberCharacters);
            if (digits is < 1 or > 15
                || !decimal.TryParse(rest[..digits], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number))
                return false;
            rest = rest[digits..];
            var next = rest.IndexOfAny(NumberCharacters);
            var name = next < 0 ? rest : rest[..next];
            while (from < Units.Length && !name.SequenceEqual(Units[from].Unit))
                from++;
            if (from == Units.Length)
                return false;
            sum += number * Units[from++].Ticks;
            rest = rest[name.Length..];
        }

        if (text.Length == 0 || sum > long.MaxValue)
            return false;
        span = new TimeSpan((long)sum);
        return true;
    }

    /// <summary>Writes one so that it can be read again, to the microsecond.</summary>
    public static string Format(TimeSpan span)
    {
        var text = new StringBuilder(span < TimeSpan.Zero ? "-" : "");
        var ticks = Math.Abs(span.Ticks);
        foreach (var (unit, size) in Units)
        {
            if (ticks / size > 0)
                text.Append(CultureInfo.InvariantCulture, $"{ticks / size}{unit}");
            ticks %= size;
        }

        return text.Length == 0 ? "0" : text.ToString();
    }
}
