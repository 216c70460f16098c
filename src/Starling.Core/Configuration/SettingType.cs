using System.Globalization;
using Starling.Core.Identity;

namespace Starling.Core.Configuration;

/// <summary>What a setting's text may be and what it then means.</summary>
/// <param name="TryParse">Reads the text.</param>
/// <param name="Wanted">What it should have been, behind "it is not".</param>
/// <param name="Render">Writes a value as a file would have it.</param>
/// <param name="IsInRange">Whether a value that could be read is allowed.</param>
/// <param name="Range">What is allowed, behind "it".</param>
/// <param name="Names">The names to choose from, if it is a choice.</param>
internal sealed record SettingType<T>(
    SettingParser<T> TryParse, string Wanted, Func<T, string> Render, Func<T, bool>? IsInRange = null, string Range = "",
    IReadOnlyCollection<string>? Names = null);

/// <summary>Reads a value from a text.</summary>
internal delegate bool SettingParser<T>(string text, out T value);

/// <summary>The types that settings have.</summary>
internal static class SettingType
{
    private const string Unlimited = "unlimited";

    public static SettingType<string> Text(int longest) => new(
        (string text, out string value) => (value = text).Length > 0, "a text", value => value, value => value.Length <= longest,
        $"must have at most {longest} characters");

    public static SettingType<long> Whole(long least, long most) => new(
        (string text, out long value) => long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out value),
        "a whole number", value => value.ToString(CultureInfo.InvariantCulture), value => value >= least && value <= most,
        string.Create(CultureInfo.InvariantCulture, $"must lie between {least} and {most}"));

    public static SettingType<double> Number(double least, double most) => new(
        (string text, out double value) =>
            double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out value) && double.IsFinite(value),
        "a number", value => value.ToString(CultureInfo.InvariantCulture), value => value >= least && value <= most,
        string.Create(CultureInfo.InvariantCulture, $"must lie between {least} and {most}"));

    public static SettingType<bool> Truth() => new(
        (string text, out bool value) => (value = text == "true") || text == "false", "true or false", value => value ? "true" : "false",
        Names: ["true", "false"]);

    public static SettingType<TimeSpan> Span(TimeSpan least, TimeSpan most) => new(
        Duration.TryParse, "a duration such as 500ms, 2s or 1m30s", Duration.Format, value => value >= least && value <= most,
        $"must lie between {Duration.Format(least)} and {Duration.Format(most)}");

    public static SettingType<long> Bytes(long least, long most) => new(
        ByteSize.TryParse, "a size such as 100MB or 4MiB", ByteSize.Format, value => value >= least && value <= most,
        $"must lie between {ByteSize.Format(least)} and {ByteSize.Format(most)}");

    public static SettingType<long> Rate(long least) => new(
        (string text, out long value) =>
        {
            value = long.MaxValue;
            return text == Unlimited
                || ByteSize.TryParse(text.EndsWith("/s", StringComparison.Ordinal) ? text[..^2].TrimEnd() : text, out value);
        },
        $"a rate such as 10MB/s, or {Unlimited}", value => value == long.MaxValue ? Unlimited : $"{ByteSize.Format(value)}/s",
        value => value >= least,
        $"must be at least {ByteSize.Format(least)}/s");

    public static SettingType<Digest> Digest() => new(
        (string text, out Digest value) => Identity.Digest.TryParse(text, out value), "a digest of 64 hexadecimal digits",
        value => value.ToString());

    public static SettingType<NodeId> Node() => new(
        (string text, out NodeId value) => NodeId.TryParse(text, out value), "an identity such as spiffe://trust-domain/organisation/node",
        value => value.Value);

    public static SettingType<string> Choice(IReadOnlyCollection<string> names) => new(
        (string text, out string value) => names.Contains(value = text), $"one of {string.Join(", ", names)}", value => value,
        Names: names);

    public static SettingType<T> Choice<T>()
        where T : struct, Enum
    {
        var values = Enum.GetValues<T>();
        var names = Array.ConvertAll(values, NameOf);
        return new(
            (string text, out T value) =>
            {
                var index = Array.IndexOf(names, text);
                value = index < 0 ? default : values[index];
                return index >= 0;
            },
            $"one of {string.Join(", ", names)}", NameOf, Names: names);
    }

    private static string NameOf<T>(T value)
        where T : struct, Enum
    {
        var name = value.ToString();
        return char.ToLowerInvariant(name[0]) + name[1..];
    }
}
