using Starling.Repository.Tests.Sources;

namespace Starling.Repository.Tests.Rules;

/// <summary>Each experiment in examples/ is mentioned in README.md or below docs/, by its path.</summary>
internal static class ExamplesAreExplained
{
    /// <summary>Finds the experiments that nobody would find.</summary>
    public static IEnumerable<string> Check(IReadOnlyList<SourceFile> files) =>
        from example in files
        where example.Path.StartsWith("examples/", StringComparison.Ordinal) && example.Path.EndsWith(".yaml", StringComparison.Ordinal)
        where !files.Any(page => IsPage(page) && page.Text.Contains(example.Path, StringComparison.Ordinal))
        select $"{example.Path}: no page mentions it";

    private static bool IsPage(SourceFile file) =>
        file.Path == "README.md"
            || (file.Path.StartsWith("docs/", StringComparison.Ordinal) && file.Path.EndsWith(".md", StringComparison.Ordinal));
}
