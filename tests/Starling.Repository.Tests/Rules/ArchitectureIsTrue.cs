using System.Text.RegularExpressions;
using Starling.Repository.Tests.Sources;

namespace Starling.Repository.Tests.Rules;

/// <summary>ARCHITECTURE.md names every project below src/, and no path or project that is not there.</summary>
internal static class ArchitectureIsTrue
{
    private static readonly Regex Project = new(@"\bStarling\.[A-Z][A-Za-z]+(\.Tests)?\b", RegexOptions.CultureInvariant);

    /// <summary>Compares the page with the projects.</summary>
    public static IEnumerable<string> Check(SourceFile page, IEnumerable<SourceFile> projects)
    {
        var present = projects.Select(project => Path.GetFileNameWithoutExtension(project.Name)).ToHashSet(StringComparer.Ordinal);
        var named = Project.Matches(page.Text).Select(match => match.Value).ToHashSet(StringComparer.Ordinal);
        foreach (var project in present.Except(named).Where(project => !project.EndsWith(".Tests", StringComparison.Ordinal)))
            yield return $"{page.Path}: does not say what {project} is for";
        foreach (var project in named.Except(present))
            yield return $"{page.Path}: names {project}, which does not exist";
    }
}
