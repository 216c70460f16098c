using System.Text.RegularExpressions;
using Starling.Repository.Tests.Sources;

namespace Starling.Repository.Tests.Rules;

/// <summary>
/// Every patch of tests/mutants says what it weakens and what must find it, applies to the code as it is, and is in the
/// table of docs/mutants.md; and docs/promises.md counts as many.
/// </summary>
internal static partial class MutantsApply
{
    private const string Folder = "tests/mutants";
    private const string Page = "docs/mutants.md";
    private const string Promises = "docs/promises.md";

    [GeneratedRegex("^(explore --|sim examples/|test Starling\\.)", RegexOptions.CultureInvariant)]
    private static partial Regex Detector { get; }

    [GeneratedRegex("^\\| [0-9]+ \\|.* `(?<name>[0-9]+-[a-z-]+)` \\|", RegexOptions.CultureInvariant)]
    private static partial Regex Row { get; }

    [GeneratedRegex("\\[(?<found>[0-9]+) of (?<all>[0-9]+) found\\]\\(mutants.md\\)", RegexOptions.CultureInvariant)]
    private static partial Regex Count { get; }

    /// <summary>Checks every patch and the pages.</summary>
    public static IEnumerable<string> Check(IReadOnlyList<SourceFile> files)
    {
        var patches = files.Where(file => file.Folder == Folder && file.Name.EndsWith(".patch", StringComparison.Ordinal)).ToList();
        foreach (var patch in patches)
        {
            if (patch.Lines.Count < 2 || !patch.Lines[0].StartsWith("Subject: ", StringComparison.Ordinal)
                || !patch.Lines[1].StartsWith("Detector: ", StringComparison.Ordinal)
                || !Detector.IsMatch(patch.Lines[1]["Detector: ".Length..]))
                yield return $"{patch.Path}: begins with a line 'Subject: ...' and a line 'Detector: explore, sim or test ...'";
            foreach (var problem in Apply(patch, files))
                yield return $"{patch.Path}: {problem}";
        }

        var page = files.FirstOrDefault(file => file.Path == Page)?.Lines ?? [];
        var told = page.Select(line => Row.Match(line)).Where(match => match.Success).Select(match => match.Groups["name"].Value).ToList();
        var names = patches.Select(patch => patch.Name[..^".patch".Length]).ToList();
        foreach (var name in names.Except(told))
            yield return $"{Page}: lacks {name}; run {Folder}/run";
        foreach (var name in told.Except(names))
            yield return $"{Page}: tells of {name}, which is not there; run {Folder}/run";
        var promised = files.FirstOrDefault(file => file.Path == Promises)?.Lines ?? [];
        foreach (var count in promised.SelectMany(line => Count.Matches(line)).SelectMany(match => (string[])[match.Groups["found"].Value,
            match.Groups["all"].Value]).Distinct().Where(count => count != $"{names.Count}"))
            yield return $"{Promises}: counts {count} patches, but there are {names.Count}";
    }

    // As git apply does: each hunk's old lines stand together in the file, after those of the hunk before.
    private static IEnumerable<string> Apply(SourceFile patch, IReadOnlyList<SourceFile> files)
    {
        var lines = patch.Lines;
        IReadOnlyList<string> target = [];
        var (path, from, hunks) = ("", 0, 0);
        for (var i = 0; i < lines.Count; i++)
        {
            if (lines[i].StartsWith("--- a/", StringComparison.Ordinal))
            {
                path = lines[i]["--- a/".Length..];
                (target, from) = (files.FirstOrDefault(file => file.Path == path)?.Lines ?? [], 0);
            }
            else if (lines[i].StartsWith("@@ ", StringComparison.Ordinal))
            {
                hunks++;
                var old = lines.Skip(i + 1).TakeWhile(line => line.Length == 0 || line[0] is ' ' or '-' or '+' or '\\')
                    .TakeWhile(line => !line.StartsWith("--- a/", StringComparison.Ordinal))
                    .Where(line => line.Length == 0 || line[0] is ' ' or '-')
                    .Select(line => line.Length == 0 ? "" : line[1..]).ToList();
                var at = Find(target, old, from);
                if (at < 0)
                    yield return $"does not apply to {path}, hunk {lines[i]}";
                else
                    from = at + old.Count;
            }
        }

        if (hunks == 0)
            yield return "changes nothing";
    }

    private static int Find(IReadOnlyList<string> lines, List<string> old, int from)
    {
        for (var at = from; at + old.Count <= lines.Count; at++)
            if (lines.Skip(at).Take(old.Count).SequenceEqual(old, StringComparer.Ordinal))
                return at;
        return -1;
    }
}
