using System.Text;
using System.Text.Json;
using Starling.Core.Configuration;

namespace Starling.Learning.Experiments;

/// <summary>
/// Writes a tree as YAML that <see cref="YamlTreeReader"/> reads back into an equal one, places apart. Every text is quoted as
/// in JSON, which is YAML too.
/// </summary>
public static class YamlTreeWriter
{
    /// <summary>The text, lines ended by LF.</summary>
    public static string Write(ConfigurationTree tree)
    {
        var text = new StringBuilder();
        Append(text, tree.Root, 0);
        return text.ToString();
    }

    private static void Append(StringBuilder text, ConfigurationSection section, int indent)
    {
        foreach (var entry in section.Entries)
        {
            text.Append(' ', indent).Append(Quote(entry.Key)).Append(':');
            if (entry.Value is ConfigurationSection { Entries.Length: > 0 } inner)
                Append(text.Append('\n'), inner, indent + 2);
            else
                AppendFlow(text.Append(' '), entry.Value).Append('\n');
        }
    }

    private static StringBuilder AppendFlow(StringBuilder text, ConfigurationNode node)
    {
        switch (node)
        {
            case ConfigurationText scalar:
                return text.Append(Quote(scalar.Value));
            case ConfigurationList list:
                text.Append('[');
                for (var i = 0; i < list.Items.Length; i++)
                    AppendFlow(text.Append(i == 0 ? "" : ", "), list.Items[i]);
                return text.Append(']');
            case ConfigurationSection section:
                text.Append('{');
                for (var i = 0; i < section.Entries.Length; i++)
                    AppendFlow(text.Append(i == 0 ? "" : ", ").Append(Quote(section.Entries[i].Key)).Append(": "),
                        section.Entries[i].Value);
                return text.Append('}');
            default:
                throw new InvalidOperationException($"A configuration has no {node.GetType().Name}.");
        }
    }

    private static string Quote(string text) => JsonSerializer.Serialize(text);
}
