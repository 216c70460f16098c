using System.Collections.Immutable;

namespace Starling.Core.Configuration;

/// <summary>Named values. No two have one name: whoever builds a section refuses that.</summary>
/// <param name="Position">Where it starts.</param>
/// <param name="Entries">The values, as written.</param>
public sealed record ConfigurationSection(SourcePosition Position, ImmutableArray<ConfigurationEntry> Entries) : ConfigurationNode(Position)
{
    /// <summary>The entry of that name, or null.</summary>
    public ConfigurationEntry? Find(string key)
    {
        foreach (var entry in Entries)
            if (entry.Key == key)
                return entry;
        return null;
    }

    /// <summary>The section with an entry replaced, or added behind the others.</summary>
    public ConfigurationSection With(ConfigurationEntry entry)
    {
        for (var i = 0; i < Entries.Length; i++)
            if (Entries[i].Key == entry.Key)
                return this with { Entries = Entries.SetItem(i, entry) };
        return this with { Entries = Entries.Add(entry) };
    }

    /// <summary>The section with a value replaced, or added behind the others.</summary>
    public ConfigurationSection With(string key, ConfigurationNode value) => With(new ConfigurationEntry(key, value.Position, value));
}
