using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Starling.Repository.Tests.Sources;

namespace Starling.Repository.Tests.Rules;

/// <summary>
/// Every value of a public enum whose name ends in Refusal is what a test expects: the first argument of <c>Assert.Equal</c>,
/// or in it, an argument of a method <c>Refuses...</c>, or by <c>nameof</c> in a row of a table. (That the test needs the check is
/// shown by taking the check out.)
/// </summary>
internal static class RefusalsAreTested
{
    /// <summary>Compares the enums below src/ with the C# files below tests/. The value None refuses nothing.</summary>
    public static IEnumerable<string> Check(IReadOnlyList<SourceFile> files)
    {
        var expected = files.Where(file => file.IsCSharpUnder("tests")).SelectMany(file => file.Root.DescendantNodes()).SelectMany(Expected)
            .ToHashSet();
        return
            from file in files
            where file.IsCSharpUnder("src")
            from type in file.Root.DescendantNodes().OfType<EnumDeclarationSyntax>()
            where type.Identifier.Text.EndsWith("Refusal", StringComparison.Ordinal) && type.Modifiers.Any(SyntaxKind.PublicKeyword)
            from value in type.Members
            where value.Identifier.Text != "None" && !expected.Contains($"{type.Identifier.Text}.{value.Identifier.Text}")
            select $"{file.At(value)}: no test expects {type.Identifier.Text}.{value.Identifier.Text}";
    }

    private static IEnumerable<string> Expected(SyntaxNode node) => node switch
    {
        InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax { Name.Identifier.Text: "Equal" } } equal =>
            Values(equal.ArgumentList.Arguments.FirstOrDefault()),
        InvocationExpressionSyntax { Expression: IdentifierNameSyntax named } refuses
            when named.Identifier.Text.StartsWith("Refuses", StringComparison.Ordinal) => Values(refuses.ArgumentList),
        BaseObjectCreationExpressionSyntax { ArgumentList: { } row } => row.Arguments.Select(argument => argument.Expression)
            .OfType<InvocationExpressionSyntax>()
            .Where(name => name.Expression is IdentifierNameSyntax { Identifier.Text: "nameof" })
            .SelectMany(name => Values(name.ArgumentList)),
        _ => [],
    };

    private static IEnumerable<string> Values(SyntaxNode? within) => within is null ? []
        : within.DescendantNodes().OfType<MemberAccessExpressionSyntax>().Select(value => value.ToString());
}
