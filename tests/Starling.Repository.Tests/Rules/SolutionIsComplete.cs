using System.Xml.Linq;
using Starling.Repository.Tests.Sources;

namespace Starling.Repository.Tests.Rules;

/// <summary>
/// The solution holds every project below src/ and tests/, and nothing that is not there; so the build and the tests miss none.
/// </summary>
internal static class SolutionIsComplete
{
    /// <summary>Compares a solution with the project files that exist, and asks for a test in every test project.</summary>
    public static IEnumerable<string> Check(SourceFile solution, IReadOnlyList<SourceFile> files)
    {
        var listed = XDocument.Parse(solution.Text).Descendants("Project").Select(project => (string)project.Attribute("Path")!).ToList();
        var present = files.Where(file => file.Path.EndsWith(".csproj", StringComparison.Ordinal)
            && (file.Path.StartsWith("src/", StringComparison.Ordinal) || file.Path.StartsWith("tests/", StringComparison.Ordinal)))
            .ToList();
        foreach (var project in present.Where(project => !listed.Contains(project.Path)))
            yield return $"{project.Path}: is not in {solution.Path}";
        foreach (var path in listed.Where(path => files.All(file => file.Path != path)))
            yield return $"{solution.Path}: {path} does not exist";
        foreach (var project in present.Where(project => project.Path.StartsWith("tests/", StringComparison.Ordinal)))
        {
            // What a test project needs beside it, such as a program that it starts, has no tests of its own.
            var isPart = present.Any(other =>
                other.Name.EndsWith(".Tests.csproj", StringComparison.Ordinal)
                    && other.Text.Contains($"/{project.Name}", StringComparison.Ordinal));
            if (!isPart
                && (project.Name != Path.GetFileName(project.Folder) + ".csproj"
                    || !project.Name.EndsWith(".Tests.csproj", StringComparison.Ordinal)))
                yield return $"{project.Path}: ./test looks for tests/NAME.Tests/NAME.Tests.csproj";
        }
    }
}
