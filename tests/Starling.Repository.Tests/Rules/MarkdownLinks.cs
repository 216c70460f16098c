using System.Text.RegularExpressions;
using Starling.Repository.Tests.Sources;

namespace Starling.Repository.Tests.Rules;

/// <summary>A relative link in a Markdown file leads to a file or folder of the repository.</summary>
internal static class MarkdownLinks
{
    private static readonly Regex Link = new(@"\[[^\]]*\]\((?<target>[^)\s]+)[^)]*\)", RegexOptions.CultureInvariant);

    /// <summary>Checks every Markdown file.</summary>
    /// <param name="files">Of which the Markdown ones are read.</param>
    /// <param name="exists">Whether a path relative to the root exists.</param>
    public static IEnumerable<string> Check(IEnumerable<SourceFile> files, Func<string, bool> exists)
    {
        foreach (var file in files.Where(file => file.Path.EndsWith(".md", StringComparison.Ordinal)))
        {
            var code = false;
            foreach (var line in file.Lines)
            {
                code ^= line.TrimStart().StartsWith("```", StringComparison.Ordinal);
                foreach (var target in code ? [] : Link.Matches(line).Select(match => match.Groups["target"].Value))
                {
                    if (!Resolves(file, target, exists))
                        yield return $"{file.Path}: the link to {target} leads nowhere";
                }
            }
        }
    }

    private static bool Resolves(SourceFile file, string target, Func<string, bool> exists)
    {
        var path = target.Split('#')[0];
        if (path.Length == 0 || target.Contains("://", StringComparison.Ordinal) || target.StartsWith("mailto:", StringComparison.Ordinal))
            return true;
        var parts = new List<string>();
        foreach (var part in $"{file.Folder}/{path}".Split('/', StringSplitOptions.RemoveEmptyEntries).Where(part => part != "."))
        {
            if (part != "..")
                parts.Add(part);
            else if (parts.Count == 0)
                return false;
            else
                parts.RemoveAt(parts.Count - 1);
        }
        return path[0] != '/' && exists(string.Join('/', parts));
    }
}
