using System.Collections;
using System.Collections.Immutable;
using System.Text.RegularExpressions;
using Starling.Core.Configuration;

namespace Starling.Daemon.Configuration;

/// <summary>
/// What wins over a <c>node.yaml</c>: variables of the environment, for those who start nodes and do not write their files, and
/// what the command line sets.
/// </summary>
public static class NodeOverrides
{
    private const string Prefix = "STARLING_";
    private const int MostItems = 1024;

    private static readonly ImmutableArray<(Regex Form, NodeSetting Setting)> Variables =
    [
        .. NodeSettings.All.Select(setting =>
            (new Regex($"^{setting.Variable.Replace("#", "([0-9]{1,4})", StringComparison.Ordinal)}$", RegexOptions.CultureInvariant,
                TimeSpan.FromSeconds(1)), setting)),
    ];

    /// <summary>The variables of this process that may be settings.</summary>
    public static IReadOnlyDictionary<string, string> Environment() => System.Environment.GetEnvironmentVariables().Cast<DictionaryEntry>()
        .Where(entry => entry.Key is string name && name.StartsWith(Prefix, StringComparison.Ordinal))
        .ToDictionary(entry => (string)entry.Key, entry => entry.Value as string ?? "", StringComparer.Ordinal);

    /// <summary>The tree with what the environment says, and then the command line.</summary>
    /// <param name="tree">What the file says.</param>
    /// <param name="variables">The environment. A variable that is empty counts as absent.</param>
    /// <param name="assignments">What the command line sets, each <c>path=value</c>.</param>
    public static (ConfigurationTree Tree, ImmutableArray<Mistake> Mistakes) Apply(
        ConfigurationTree tree, IReadOnlyDictionary<string, string> variables, IEnumerable<string> assignments)
    {
        var mistakes = ImmutableArray.CreateBuilder<Mistake>();
        foreach (var (name, path, setting) in variables.Where(variable => variable.Value.Length > 0)
            .SelectMany(variable => Meant(variable.Key, mistakes))
            .OrderBy(meant => Number(meant.Path)).ThenBy(meant => meant.Name, StringComparer.Ordinal))
        {
            var (changed, mistake) =
                tree.Assign(new SourcePosition(name, 0, 0), path, setting.IsList ? AsList(variables[name]) : variables[name]);
            tree = changed;
            // Where the file has a value in a section's place, the binder says so.
            if (mistake is not null && path.Contains('['))
                mistakes.Add(mistake);
        }

        var (given, wrong) = tree.Override(assignments.Select(Assignment));
        return (given, mistakes.ToImmutable().AddRange(wrong));
    }

    private static IEnumerable<(string Name, string Path, NodeSetting Setting)> Meant(string variable,
        ImmutableArray<Mistake>.Builder mistakes)
    {
        foreach (var (form, setting) in Variables)
            if (form.Match(variable) is { Success: true } match)
                return [(variable,
                    match.Groups.Count > 1
                        ? setting.Path.Replace("[]", $"[{Math.Min(int.Parse(match.Groups[1].ValueSpan, null), MostItems)}]",
                            StringComparison.Ordinal) : setting.Path, setting)];
        // Others have variables under this prefix, too: only what looks like a slip in the name of a section's setting is one.
        var nearest = NearestName.Of(variable,
            NodeSettings.All.Where(setting => setting.Path.Contains('.', StringComparison.Ordinal)).Select(setting => setting.Variable));
        if (nearest is not null && NearestName.Distance(variable, nearest) <= 2)
            mistakes.Add(new Mistake(new SourcePosition(variable, 0, 0), "", "is no setting", nearest));
        return [];
    }

    private static int Number(string path) =>
        path.IndexOf('[', StringComparison.Ordinal) is > 0 and var at
            ? int.Parse(path.AsSpan(at + 1, path.IndexOf(']', StringComparison.Ordinal) - at - 1), null) : -1;

    private static string Assignment(string text)
    {
        var equals = text.IndexOf('=', StringComparison.Ordinal);
        return equals > 0 && NodeSettings.All.Any(setting => setting.IsList && setting.Path == Unnumbered(text[..equals]))
            ? $"{text[..equals]}={AsList(text[(equals + 1)..])}" : text;
    }

    private static string Unnumbered(string path) => Regex.Replace(path, @"\[[0-9]+\]", "[]", RegexOptions.None, TimeSpan.FromSeconds(1));

    private static string AsList(string value) => value is ['[', .., ']'] ? value : $"[{value}]";
}
