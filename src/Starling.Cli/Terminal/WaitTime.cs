using System.Globalization;
using Starling.Api;
using Starling.Core.Configuration;

namespace Starling.Cli.Terminal;

/// <summary>How long to wait, as people write it: a number of seconds, or a span such as <c>90s</c> or <c>1h30m</c>.</summary>
internal static class WaitTime
{
    private static readonly TimeSpan Longest = TimeSpan.FromDays(30);

    /// <summary>Reads one.</summary>
    /// <exception cref="CommandException">The text is none, or too long a time.</exception>
    public static TimeSpan Parse(string text)
    {
        var isSeconds = int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds);
        var span = isSeconds ? TimeSpan.FromSeconds(seconds) : TimeSpan.Zero;
        return (isSeconds || Duration.TryParse(text, out span)) && span <= Longest
            ? span
            : throw new CommandException(ExitCode.Usage,
                $"'{Mistake.Shorten(text)}' is no time to wait; write seconds, or a span such as 90s or 1h30m, up to {Longest.Days} days.");
    }
}
