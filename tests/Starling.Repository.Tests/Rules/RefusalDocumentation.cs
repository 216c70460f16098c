using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Starling.Repository.Tests.Sources;

namespace Starling.Repository.Tests.Rules;

/// <summary>Every value of a public enum whose name ends in Refusal says in a doc comment what it refuses.</summary>
internal static class RefusalDocumentation
{
    /// <summary>Checks the files below src/.</summary>
    public static IEnumerable<string> Check(IEnumerable<SourceFile> files) =>
        from file in files
        where file.IsCSharpUnder("src")
        from type in file.Root.DescendantNodes().OfType<EnumDeclarationSyntax>()
        where type.Identifier.Text.EndsWith("Refusal", StringComparison.Ordinal) && type.Modifiers.Any(SyntaxKind.PublicKeyword)
        from value in type.Members
        where !SaysSomething(value)
        select $"{file.At(value)}: {type.Identifier.Text}.{value.Identifier.Text} has no doc comment";

    private static bool SaysSomething(EnumMemberDeclarationSyntax value) =>
        value.GetLeadingTrivia().Select(trivia => trivia.GetStructure()).OfType<DocumentationCommentTriviaSyntax>()
            .SelectMany(comment => comment.Content.OfType<XmlElementSyntax>())
            .Any(element => element.StartTag.Name.ToString() == "summary"
                && element.Content.ToString().Any(char.IsLetter));
}
