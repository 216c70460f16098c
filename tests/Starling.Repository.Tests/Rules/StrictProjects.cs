using System.Text.RegularExpressions;
using System.Xml.Linq;
using Starling.Repository.Tests.Sources;

namespace Starling.Repository.Tests.Rules;

/// <summary>Package versions stand in one file, and no project or source file loosens the compiler without saying why.</summary>
internal static class StrictProjects
{
    private static readonly string[] Central =
        ["Nullable", "TreatWarningsAsErrors", "WarningsNotAsErrors", "NoWarn", "WarningLevel", "AnalysisLevel", "EnforceCodeStyleInBuild",
            "LangVersion", "TargetFramework", "RunAnalyzers"];

    private static readonly (string File, string Text)[] Required =
    [
        ("Directory.Build.props", "<Nullable>enable</Nullable>"),
        ("Directory.Build.props", "<TreatWarningsAsErrors>true</TreatWarningsAsErrors>"),
        ("Directory.Build.props", "<EnforceCodeStyleInBuild>true</EnforceCodeStyleInBuild>"),
        ("Directory.Packages.props", "<ManagePackageVersionsCentrally>true</ManagePackageVersionsCentrally>"),
    ];

    private static readonly string[] RootOnly =
        [".editorconfig", "Directory.Build.props", "Directory.Build.targets", "Directory.Packages.props"];

    private static readonly Regex Loosened =
        new(@"^\s*#\s*(pragma\s+warning\s+disable|nullable\s+disable)(?<rest>.*)$", RegexOptions.CultureInvariant);

    /// <summary>Checks project files, the files that rule them, and C#.</summary>
    public static IEnumerable<string> Check(IReadOnlyList<SourceFile> files) =>
        files.SelectMany(file => file.Name switch
        {
            _ when file.Path.EndsWith(".csproj", StringComparison.Ordinal) => OfProject(file),
            _ when file.Path.EndsWith(".cs", StringComparison.Ordinal) => OfSource(file),
            _ when RootOnly.Contains(file.Name) && file.Folder.Length > 0 => [$"{file.Path}: the one at the root rules everywhere"],
            _ => [],
        }).Concat(
            from need in Required
            where !files.Any(file => file.Path == need.File && file.Text.Contains(need.Text, StringComparison.Ordinal))
            select $"{need.File}: lacks {need.Text}");

    private static IEnumerable<string> OfProject(SourceFile file)
    {
        foreach (var element in XDocument.Parse(file.Text).Descendants())
        {
            var name = element.Name.LocalName;
            if (Central.Contains(name))
                yield return $"{file.Path}: {name} is decided in Directory.Build.props";
            if (name == "PackageReference" && (element.Attribute("Version") ?? element.Attribute("VersionOverride")) is not null)
                yield return $"{file.Path}: the version of {element.Attribute("Include")?.Value} belongs in Directory.Packages.props";
            if (name == "PackageReference"
                && element.Elements().Any(inner => inner.Name.LocalName.StartsWith("Version", StringComparison.Ordinal)))
                yield return $"{file.Path}: the version of {element.Attribute("Include")?.Value} belongs in Directory.Packages.props";
        }
    }

    private static IEnumerable<string> OfSource(SourceFile file)
    {
        var lines = file.Lines;
        for (var line = 0; line < lines.Count; line++)
        {
            if (Loosened.Match(lines[line]) is not { Success: true } match)
                continue;
            var above = line > 0 && lines[line - 1].TrimStart().StartsWith("//", StringComparison.Ordinal);
            if (!above && !match.Groups["rest"].Value.Contains("//", StringComparison.Ordinal))
                yield return $"{file.Path}:{line + 1}: says nothing about why the warning is off";
        }
    }
}
