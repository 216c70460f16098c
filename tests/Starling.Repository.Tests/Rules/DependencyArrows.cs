using System.Xml.Linq;
using Starling.Repository.Tests.Sources;

namespace Starling.Repository.Tests.Rules;

/// <summary>Projects below src/ reference exactly the projects that ARCHITECTURE.md draws, and only the edge knows ASP.NET.</summary>
internal static class DependencyArrows
{
    private static readonly SortedDictionary<string, string[]> Arrows = new(StringComparer.Ordinal)
    {
        ["Starling.Api"] = [],
        ["Starling.Cli"] = ["Starling.Api", "Starling.Daemon", "Starling.Programs", "Starling.Simulation"],
        ["Starling.Core"] = [],
        ["Starling.Daemon"] = ["Starling.Api", "Starling.Node"],
        ["Starling.Learning"] = ["Starling.Core"],
        ["Starling.Ledgers"] = ["Starling.Core"],
        ["Starling.Node"] = ["Starling.Learning", "Starling.Ledgers"],
        ["Starling.Programs"] = ["Starling.Api", "Starling.Learning"],
        ["Starling.Simulation"] = ["Starling.Core", "Starling.Learning"],
    };

    private static readonly string[] MayUseFrameworks = ["Starling.Node", "Starling.Daemon"];

    /// <summary>Checks the projects that it is given; one that is not in the drawing is a finding too.</summary>
    public static IEnumerable<string> Check(IEnumerable<SourceFile> projects)
    {
        foreach (var project in projects)
        {
            var name = Path.GetFileNameWithoutExtension(project.Name);
            var document = XDocument.Parse(project.Text);
            var actual = References(document).Order(StringComparer.Ordinal).ToArray();
            if (!Arrows.TryGetValue(name, out var expected))
                yield return $"{project.Path}: no arrows are drawn for {name}";
            else if (!actual.SequenceEqual(expected, StringComparer.Ordinal))
                yield return $"{project.Path}: references [{string.Join(", ", actual)}], but the drawing says [{string.Join(", ", expected)}]";
            if (document.Descendants("FrameworkReference").Any() && !MayUseFrameworks.Contains(name))
                yield return $"{project.Path}: only {string.Join(" and ", MayUseFrameworks)} may reference a framework";
            if (name == "Starling.Core"
                && document.Descendants("PackageReference")
                    .Any(package => (string?)package.Attribute("Include") != "System.Numerics.Tensors"))
                yield return $"{project.Path}: the core depends on no package";
        }
    }

    private static IEnumerable<string> References(XDocument document) =>
        from reference in document.Descendants("ProjectReference")
        select Path.GetFileNameWithoutExtension(((string)reference.Attribute("Include")!).Replace('\\', '/'));
}
