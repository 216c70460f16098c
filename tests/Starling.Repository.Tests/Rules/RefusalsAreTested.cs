using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Starling.Repository.Tests.Sources;

namespace Starling.Repository.Tests.Rules;

/// <summary>
/// Every value of a public enum whose name ends in Refusal is named by a test. (That the test needs the check is shown
/// by taking the check out.)
/// </summary>
internal static class RefusalsAreTested
{
    /// <summary>Compares the enums below src/ with the C# files below tests/. The value None refuses nothing.</summary>
    public static IEnumerable<string> Check(IReadOnlyList<SourceFile> files)
    {
        var tests = string.Join('\n', files.Where(file => file.IsCSharpUnder("tests")).Select(file => file.Text));
        return
            from file in files
            where file.IsCSharpUnder("src")
            from type in file.Root.DescendantNodes().OfType<EnumDeclarationSyntax>()
            where type.Identifier.Text.EndsWith("Refusal", StringComparison.Ordinal) && type.Modifiers.Any(SyntaxKind.PublicKeyword)
            from value in type.Members
            where value.Identifier.Text != "None" && !Regex.IsMatch(tests, $@"\b{type.Identifier.Text}\.{value.Identifier.Text}\b")
            select $"{file.At(value)}: no test names {type.Identifier.Text}.{value.Identifier.Text}";
    }
}
