using System.Text.RegularExpressions;
using Starling.Repository.Tests.Sources;

namespace Starling.Repository.Tests.Rules;

/// <summary>
/// Text that no file may hold: stubs, reminders, sleeps, and hosts of package registries. (The lists of banned symbols name what they ban.)
/// </summary>
internal static class BannedText
{
    // Each word is written in two halves, so that this file does not hold it.
    private static readonly (Regex Pattern, string[] Folders, string Why)[] Banned =
    [
        (Words("TO" + "DO", "FIX" + "ME", "XX" + "X"), [""], "finish it, or open an issue"),
        (Words("NotImplemented" + "Exception"), [""], "a stub is not a feature"),
        (new Regex(@"\bThread\s*\.\s*Sl" + @"eep\b|\bTask\s*\.\s*Delay\s*\([^)]*\)\s*\.\s*Wait\b", RegexOptions.CultureInvariant),
            ["src/", "tests/"], "wait for an event, not for time"),
        (new Regex("://[a-z0-9.-]*(" + string.Join('|', "nu" + "get", "npm" + "js", "py" + "pi", "pythonho" + "sted", "deb" + "ian")
            + @")\.(org|com|net)\b", RegexOptions.CultureInvariant), [""], "where packages come from is the builder's own configuration"),
    ];

    /// <summary>Finds each line that holds banned text.</summary>
    public static IEnumerable<string> Check(IEnumerable<SourceFile> files)
    {
        foreach (var file in files)
        {
            var lines = file.Lines;
            for (var line = 0; line < lines.Count; line++)
            {
                foreach (var (pattern, folders, why) in Banned)
                {
                    if (folders.Any(folder => file.Path.StartsWith(folder, StringComparison.Ordinal)) && file.Name != "BannedSymbols.txt"
                        && pattern.Match(lines[line]) is { Success: true } match)
                        yield return $"{file.Path}:{line + 1}: \"{match.Value}\": {why}";
                }
            }
        }
    }

    private static Regex Words(params string[] words) => new($@"\b({string.Join('|', words)})\b", RegexOptions.CultureInvariant);
}
