using System.Collections.Immutable;
using System.Text.RegularExpressions;
using Starling.Core.Identity;

namespace Starling.Core.Configuration;

/// <summary>
/// Reads the settings of one section. Each method takes a name and a default; without a default (null) the setting must be given. What is
/// wrong is reported to the binder, and the default, or an empty value, is returned so that reading goes on.
/// </summary>
public sealed partial class SectionBinder
{
    private readonly ConfigurationBinder binder;
    private readonly ConfigurationSection section;
    private readonly SortedSet<string> known = new(StringComparer.Ordinal);

    internal SectionBinder(ConfigurationBinder binder, ConfigurationSection section, string path) =>
        (this.binder, this.section, Path) = (binder, section, path);

    /// <summary>Where the section stands, such as <c>data.split</c>; empty for the outermost.</summary>
    public string Path { get; }

    /// <summary>Whether the setting was given.</summary>
    public bool Has(string key) => section.Find(key) is not null;

    /// <summary>Where the setting was given, or null.</summary>
    public SourcePosition? PositionOf(string key) => section.Find(key)?.Value.Position;

    /// <summary>A text that is not empty.</summary>
    public string Text(string key, string? fallback = null, int longest = 1024) =>
        Read(key, fallback is not null, fallback ?? "", SettingType.Text(longest));

    /// <summary>A text that may be absent.</summary>
    public string? OptionalText(string key, int longest = 1024)
    {
        known.Add(key);
        return Has(key) ? Text(key, null, longest) : null;
    }

    /// <summary>A whole number between two bounds, both allowed.</summary>
    public long Whole(string key, long? fallback, long least, long most) => Read(key, fallback, SettingType.Whole(least, most));

    /// <summary>A finite number between two bounds, both allowed.</summary>
    public double Number(string key, double? fallback, double least, double most) => Read(key, fallback, SettingType.Number(least, most));

    /// <summary>A truth value: <c>true</c> or <c>false</c>.</summary>
    public bool Truth(string key, bool? fallback) => Read(key, fallback, SettingType.Truth());

    /// <summary>A span of time such as <c>1m30s</c>, between two bounds, both allowed.</summary>
    public TimeSpan Span(string key, TimeSpan? fallback, TimeSpan least, TimeSpan most) =>
        Read(key, fallback, SettingType.Span(least, most));

    /// <summary>A number of bytes such as <c>100MB</c>, between two bounds, both allowed.</summary>
    public long Bytes(string key, long? fallback, long least, long most) => Read(key, fallback, SettingType.Bytes(least, most));

    /// <summary>
    /// Bytes a second such as <c>10MB/s</c> or <c>10MB</c>, at least so many, or <c>unlimited</c>, which is <see cref="long.MaxValue"/>.
    /// </summary>
    public long Rate(string key, long? fallback, long least) => Read(key, fallback, SettingType.Rate(least));

    /// <summary>One of an enumeration's names, written with a small first letter.</summary>
    public T Choice<T>(string key, T? fallback)
        where T : struct, Enum => Read(key, fallback, SettingType.Choice<T>());

    /// <summary>One of several names.</summary>
    public string Choice(string key, string? fallback, IReadOnlyCollection<string> names) =>
        Read(key, fallback is not null, fallback ?? "", SettingType.Choice(names));

    /// <summary>A SHA-256 digest of 64 hexadecimal digits.</summary>
    public Digest Digest(string key, Digest? fallback = null) => Read(key, fallback, SettingType.Digest());

    /// <summary>A node's identity.</summary>
    public NodeId Node(string key, NodeId? fallback = null) => Read(key, fallback, SettingType.Node());

    /// <summary>Whole numbers, each between two bounds.</summary>
    public ImmutableArray<long> Wholes(string key, ImmutableArray<long>? fallback, long least, long most, int mostItems = 1024) =>
        ReadList(key, fallback, SettingType.Whole(least, most), mostItems);

    /// <summary>Finite numbers, each between two bounds.</summary>
    public ImmutableArray<double> Numbers(string key, ImmutableArray<double>? fallback, double least, double most, int mostItems = 1024) =>
        ReadList(key, fallback, SettingType.Number(least, most), mostItems);

    /// <summary>Texts that are not empty.</summary>
    public ImmutableArray<string> Texts(string key, ImmutableArray<string>? fallback, int mostItems = 1024) =>
        ReadList(key, fallback, SettingType.Text(1024), mostItems);

    /// <summary>A nested section; empty if it was not given.</summary>
    public SectionBinder Section(string key) => binder.Add(SectionOrEmpty(key), PathOf(key));

    /// <summary>A list of sections; empty if it was not given.</summary>
    public ImmutableArray<SectionBinder> Sections(string key, int mostItems = 1024)
    {
        var entry = Take(key);
        if (entry is null or { Value: ConfigurationText { Value: "" } })
            return [];
        if (entry.Value is not ConfigurationList list || list.Items.Length > mostItems
            || list.Items.Any(item => item is not ConfigurationSection))
        {
            Report(entry.Value.Position, key, $"must be a list of at most {mostItems} sections");
            return [];
        }

        return [.. list.Items.Select((item, i) => binder.Add((ConfigurationSection)item, $"{PathOf(key)}[{i}]"))];
    }

    /// <summary>A section that somebody else binds; null if it was not given.</summary>
    public ConfigurationSection? Raw(string key)
    {
        known.Add(key);
        return Has(key) ? SectionOrEmpty(key) : null;
    }

    /// <summary>Reports what is wrong with a setting besides its own value, at its place.</summary>
    /// <param name="key">The setting.</param>
    /// <param name="message">The rest of a sentence that begins with the setting's path, remedy included, without the full stop.</param>
    public void Fault(string key, string message) => Report((section.Find(key)?.Value ?? section).Position, key, message);

    /// <summary>Names settings that are valid here but not read this time.</summary>
    public void Ignore(params ReadOnlySpan<string> keys)
    {
        foreach (var key in keys)
            known.Add(key);
    }

    internal IEnumerable<string> Asked => known.Select(key => ItemNumber().Replace(PathOf(key), "[]"));

    internal void ReportUnknown()
    {
        foreach (var entry in section.Entries)
        {
            if (binder.HasEnough)
                return;
            if (known.Contains(entry.Key))
                continue;
            var nearest = NearestName.Of(entry.Key, known);
            var hint = nearest is null && known.Count > 0 ? $"; there are {string.Join(", ", known)}" : "";
            binder.Report(new Mistake(entry.Position, PathOf(entry.Key), $"is not a setting{hint}", nearest));
        }
    }

    [GeneratedRegex(@"\[[0-9]+\]", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex ItemNumber();

    private string PathOf(string key) => Path.Length == 0 ? key : $"{Path}.{key}";

    private ConfigurationEntry? Take(string key)
    {
        known.Add(key);
        return section.Find(key);
    }

    private ConfigurationSection SectionOrEmpty(string key)
    {
        var entry = Take(key);
        if (entry?.Value is ConfigurationSection given)
            return given;
        if (entry is { Value: not ConfigurationText { Value: "" } })
            Report(entry.Value.Position, key, "must be a section of named settings");
        return new ConfigurationSection(entry?.Position ?? section.Position, []);
    }

    private T Read<T>(string key, T? fallback, SettingType<T> type)
        where T : struct => Read(key, fallback.HasValue, fallback.GetValueOrDefault(), type);

    private T Read<T>(string key, bool hasFallback, T fallback, SettingType<T> type)
    {
        var entry = Take(key);
        if (entry is null && !hasFallback)
            Report(section.Position, key, type.Names is null ? "is missing; give it a value" : $"is missing; give it {type.Wanted}");
        if (entry is not null && TryParse(key, entry.Value, type, out var value))
            fallback = value;
        else if (!hasFallback)
            return fallback;
        binder.Record(new EffectiveSetting(PathOf(key), type.Render(fallback), entry is null));
        return fallback;
    }

    private ImmutableArray<T> ReadList<T>(string key, ImmutableArray<T>? fallback, SettingType<T> type, int mostItems)
    {
        var values = fallback ?? [];
        var entry = Take(key);
        if (entry is { Value: ConfigurationList list } && list.Items.Length <= mostItems)
        {
            var read = ImmutableArray.CreateBuilder<T>();
            foreach (var item in list.Items)
                if (TryParse(key, item, type, out var value))
                    read.Add(value);
            values = read.ToImmutable();
        }
        else if (entry is not null)
        {
            Report(entry.Value.Position, key, $"must be a list of at most {mostItems} values such as [a, b]");
        }
        else if (fallback is null)
        {
            Report(section.Position, key, "is missing; give it a list such as [a, b]");
        }

        binder.Record(new EffectiveSetting(PathOf(key), $"[{string.Join(", ", values.Select(type.Render))}]", entry is null));
        return values;
    }

    private bool TryParse<T>(string key, ConfigurationNode node, SettingType<T> type, out T value)
    {
        value = default!;
        if (node is not ConfigurationText text)
            Report(node.Position, key, $"must be a single value: {type.Wanted}");
        else if (text.Value.Length == 0)
            Report(node.Position, key, $"has no value; give it {type.Wanted}");
        else if (!type.TryParse(text.Value, out value))
            binder.Report(new Mistake(node.Position, PathOf(key), $"is '{Mistake.Shorten(text.Value)}', not {type.Wanted}",
                type.Names is null ? null : NearestName.Of(text.Value, type.Names)));
        else if (type.IsInRange is { } isInRange && !isInRange(value))
            Report(node.Position, key, $"is {Mistake.Shorten(text.Value)}; it {type.Range}");
        else
            return true;
        return false;
    }

    private void Report(SourcePosition position, string key, string message) => binder.Report(new Mistake(position, PathOf(key), message));
}
