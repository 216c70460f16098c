using System.Collections.Immutable;
using System.Text;

namespace Starling.Daemon.Configuration;

/// <summary>Writes a new <c>node.yaml</c> that has every setting: those that a node needs, and the others as comments.</summary>
public static class NodeFileTemplate
{
    private const string Head = """
        # What a node is told when it starts. Lines behind # hold for nothing until the # is taken away; a value that is a default says so.
        # Each setting can also be given in the environment, which wins over this file: listen as STARLING_LISTEN, network.maxUploadRate as
        # STARLING_NETWORK_MAX_UPLOAD_RATE, lists with commas. 'starling node start --set path=value' wins over both. Paths start at this file's folder.

        """;

    /// <summary>The file's text.</summary>
    public static string Write()
    {
        var text = new StringBuilder(Head);
        ImmutableArray<string> open = [];
        foreach (var setting in NodeSettings.All)
        {
            var names = setting.Path.Split('.');
            var sections = names[..^1];
            var isFirst = false;
            for (var depth = 0; depth < sections.Length; depth++)
            {
                if (depth < open.Length && open[depth] == sections[depth])
                    continue;
                open = [.. open.Take(depth), sections[depth]];
                isFirst = true;
                var isActive = NodeSettings.All.Any(other =>
                    other.IsGiven && other.Path.StartsWith(string.Join('.', sections[..(depth + 1)]) + ".", StringComparison.Ordinal));
                Line(text, isActive, Indent(sections, depth), $"{sections[depth].Replace("[]", "", StringComparison.Ordinal)}:");
            }

            open = [.. open.Take(sections.Length)];
            var isItem = isFirst && sections is [.., var last] && last.EndsWith("[]", StringComparison.Ordinal);
            var indent = Indent(sections, sections.Length);
            text.Append(' ', indent).Append("# ").Append(setting.Meaning).Append(setting.IsDefault ? " (default)" : "").Append('\n');
            Line(text, setting.IsGiven, isItem ? indent - 2 : indent, $"{(isItem ? "- " : "")}{names[^1]}: {setting.Written}");
        }

        return text.ToString();
    }

    // Two blanks a section, and two more for the dash of a list's items.
    private static int Indent(string[] sections, int depth) =>
        sections.Take(depth).Sum(name => name.EndsWith("[]", StringComparison.Ordinal) ? 4 : 2);

    private static void Line(StringBuilder text, bool isActive, int indent, string line) =>
        text.Append(isActive ? "" : "#").Append(' ', indent).Append(line).Append('\n');
}
