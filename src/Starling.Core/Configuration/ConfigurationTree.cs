using System.Collections.Immutable;
using System.Globalization;

namespace Starling.Core.Configuration;

/// <summary>A configuration file before anyone gave it a meaning: sections, lists and texts, each with its place.</summary>
/// <param name="File">The file as the user named it.</param>
/// <param name="Root">Its outermost section.</param>
public sealed record ConfigurationTree(string File, ConfigurationSection Root)
{
    private const int DeepestPath = 16;

    // Of what stands in no file yet.
    private static readonly SourcePosition Nowhere = new("", 0, 0);

    /// <summary>A file without a setting.</summary>
    public static ConfigurationTree Empty(string file) => new(file, new ConfigurationSection(new SourcePosition(file, 1, 1), []));

    /// <summary>A text for a file that is about to be written.</summary>
    public static ConfigurationText Text(string value) => new(Nowhere, value);

    /// <summary>A list for a file that is about to be written.</summary>
    public static ConfigurationList List(params IEnumerable<ConfigurationNode> items) => new(Nowhere, [.. items]);

    /// <summary>A section for a file that is about to be written, without the entries that have no value.</summary>
    public static ConfigurationSection Section(params IEnumerable<(string Key, ConfigurationNode? Value)> entries) => new(Nowhere,
        [.. from entry in entries where entry.Value is not null select new ConfigurationEntry(entry.Key, Nowhere, entry.Value!)]);

    /// <summary>
    /// The tree with overrides of the form <c>path=value</c> applied in order, as <c>--set</c> takes them; <c>[a, b]</c> is a list. A path
    /// that nobody reads stands in the tree like a misspelt key of the file, and is found by the binder.
    /// </summary>
    public (ConfigurationTree Tree, ImmutableArray<Mistake> Mistakes) Override(IEnumerable<string> assignments)
    {
        var mistakes = ImmutableArray.CreateBuilder<Mistake>();
        var tree = this;
        foreach (var assignment in assignments)
        {
            var equals = assignment.IndexOf('=', StringComparison.Ordinal);
            var path = equals < 0 ? assignment : assignment[..equals];
            var position = new SourcePosition($"--set {Mistake.Shorten(path)}", 0, 0);
            if (equals < 0)
            {
                mistakes.Add(new Mistake(position, path, "has no value; write --set path=value"));
                continue;
            }

            (tree, var mistake) = tree.Assign(position, path, assignment[(equals + 1)..]);
            if (mistake is not null)
                mistakes.Add(mistake);
        }

        return (tree, mistakes.ToImmutable());
    }

    /// <summary>
    /// The tree with one setting given anew; <c>[a, b]</c> is a list, and <c>peers[0].node</c> a setting of a list's first section, which
    /// is added if it is the next.
    /// </summary>
    /// <param name="source">Where that is said.</param>
    /// <param name="path">The setting.</param>
    /// <param name="value">What it is to be.</param>
    /// <returns>The tree, as it was if there is a mistake.</returns>
    public (ConfigurationTree Tree, Mistake? Mistake) Assign(SourcePosition source, string path, string value)
    {
        var keys = path.Split('.');
        if (keys.Length > DeepestPath || keys.Any(string.IsNullOrWhiteSpace))
            return (this, new Mistake(source, path, "is no path; write names with a dot between them, such as training.rounds"));
        return Put(Root, [.. keys.SelectMany(Steps)], source, value) is ConfigurationSection root
            ? (this with { Root = root }, null)
            : (this, new Mistake(source, path, path.Contains('[', StringComparison.Ordinal)
                ? "leads past the end of a list, whose items are counted from 0, or through a setting that is none"
                : "leads through a setting that is a value, not a section"));
    }

    // A name, and behind it the number of an item if it ends in one: peers[0] is peers, and then its item 0.
    private static IEnumerable<(string Key, int? Item)> Steps(string key)
    {
        var bracket = key.IndexOf('[', StringComparison.Ordinal);
        if (bracket < 1 || !key.EndsWith(']')
            || !int.TryParse(key.AsSpan(bracket + 1, key.Length - bracket - 2), NumberStyles.None, CultureInfo.InvariantCulture,
                out var item))
            return [(key, null)];
        return [(key[..bracket], null), ("", item)];
    }

    private static ConfigurationNode? Put(ConfigurationNode? existing, ReadOnlySpan<(string Key, int? Item)> steps, SourcePosition position,
        string value)
    {
        if (steps.IsEmpty)
            return Parse(value, position);
        var isEmpty = existing is null or ConfigurationText { Value: "" };
        if (steps[0].Item is { } index)
        {
            var list = existing as ConfigurationList ?? (isEmpty ? new ConfigurationList(position, []) : null);
            if (list is null || index > list.Items.Length)
                return null;
            var isNew = index == list.Items.Length;
            var item = Put(isNew ? null : list.Items[index], steps[1..], position, value);
            return item is null ? null : list with { Items = isNew ? list.Items.Add(item) : list.Items.SetItem(index, item) };
        }

        if ((existing as ConfigurationSection ?? (isEmpty ? new ConfigurationSection(position, []) : null)) is not { } section)
            return null;
        var entry = section.Find(steps[0].Key);
        var changed = Put(entry?.Value, steps[1..], position, value);
        return changed is null
            ? null
            : section.With(new ConfigurationEntry(steps[0].Key, steps.Length == 1 ? position : entry?.Position ?? position, changed));
    }

    private static ConfigurationNode Parse(string value, SourcePosition position)
    {
        if (value is not ['[', .., ']'])
            return new ConfigurationText(position, value);
        var items = value[1..^1].Trim();
        return new ConfigurationList(position, items.Length == 0
            ? []
            : [.. items.Split(',').Select(item => (ConfigurationNode)new ConfigurationText(position, item.Trim()))]);
    }
}
