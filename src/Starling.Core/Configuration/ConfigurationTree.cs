using System.Collections.Immutable;

namespace Starling.Core.Configuration;

/// <summary>A configuration file before anyone gave it a meaning: sections, lists and texts, each with its place.</summary>
/// <param name="File">The file as the user named it.</param>
/// <param name="Root">Its outermost section.</param>
public sealed record ConfigurationTree(string File, ConfigurationSection Root)
{
    private const int DeepestPath = 16;

    /// <summary>A file without a setting.</summary>
    public static ConfigurationTree Empty(string file) => new(file, new ConfigurationSection(new SourcePosition(file, 1, 1), []));

    /// <summary>
    /// The tree with overrides of the form <c>path=value</c> applied in order, as <c>--set</c> takes them; <c>[a, b]</c> is a list. A path that nobody reads stands in the
    /// tree like a misspelt key of the file, and is found by the binder.
    /// </summary>
    public (ConfigurationTree Tree, ImmutableArray<Mistake> Mistakes) Override(IEnumerable<string> assignments)
    {
        var mistakes = ImmutableArray.CreateBuilder<Mistake>();
        var tree = this;
        foreach (var assignment in assignments)
        {
            var equals = assignment.IndexOf('=', StringComparison.Ordinal);
            var path = equals < 0 ? assignment : assignment[..equals];
            var keys = path.Split('.');
            var position = new SourcePosition($"--set {Mistake.Shorten(path)}", 0, 0);
            if (equals < 0)
                mistakes.Add(new Mistake(position, path, "has no value; write --set path=value"));
            else if (keys.Length > DeepestPath || keys.Any(string.IsNullOrWhiteSpace))
                mistakes.Add(new Mistake(position, path, "is no path; write names with a dot between them, such as training.rounds"));
            else if (Put(tree.Root, keys, position, assignment[(equals + 1)..]) is { } root)
                tree = tree with { Root = root };
            else
                mistakes.Add(new Mistake(position, path, "leads through a setting that is a value, not a section"));
        }

        return (tree, mistakes.ToImmutable());
    }

    private static ConfigurationSection? Put(ConfigurationSection section, ReadOnlySpan<string> keys, SourcePosition position, string value)
    {
        if (keys.Length == 1)
            return section.With(new ConfigurationEntry(keys[0], position, Parse(value, position)));
        var inner = section.Find(keys[0])?.Value switch
        {
            ConfigurationSection existing => existing,
            null or ConfigurationText { Value: "" } => new ConfigurationSection(position, []),
            _ => null,
        };
        var changed = inner is null ? null : Put(inner, keys[1..], position, value);
        return changed is null ? null : section.With(new ConfigurationEntry(keys[0], section.Find(keys[0])?.Position ?? position, changed));
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
