using Microsoft.CodeAnalysis.CSharp.Syntax;
using Starling.Repository.Tests.Sources;

namespace Starling.Repository.Tests.Rules;

/// <summary>Names say what a thing is. A type, file, folder or namespace whose name ends in one of these words says nothing.</summary>
internal static class Names
{
    private static readonly string[] Empty =
        ["Util", "Utils", "Utility", "Utilities", "Helper", "Helpers", "Common", "Manager", "Managers"];

    /// <summary>Checks paths of every file, and types and namespaces of the C# ones.</summary>
    public static IEnumerable<string> Check(IEnumerable<SourceFile> files)
    {
        foreach (var file in files)
        {
            foreach (var part in file.Path.Split('/').SelectMany(part => part.Split('.')).Where(SaysNothing))
                yield return $"{file.Path}: the name {part} says nothing";
            if (!file.Path.EndsWith(".cs", StringComparison.Ordinal))
                continue;
            foreach (var type in file.Root.DescendantNodes().OfType<BaseTypeDeclarationSyntax>()
                .Where(type => SaysNothing(type.Identifier.Text)))
                yield return $"{file.At(type)}: the type name {type.Identifier.Text} says nothing";
            foreach (var space in file.Root.DescendantNodes().OfType<BaseNamespaceDeclarationSyntax>()
                .Where(space => space.Name.ToString().Split('.').Any(SaysNothing)))
                yield return $"{file.At(space)}: the namespace {space.Name} says nothing";
        }
    }

    // Whole last words only: RequestManager and utils, but not UncommonThings or CommonName.
    private static bool SaysNothing(string name) => Empty.Any(word =>
        name.Equals(word, StringComparison.OrdinalIgnoreCase)
        || name.EndsWith(word, StringComparison.Ordinal)
        || name.EndsWith("_" + word, StringComparison.OrdinalIgnoreCase)
        || name.EndsWith("-" + word, StringComparison.OrdinalIgnoreCase));
}
