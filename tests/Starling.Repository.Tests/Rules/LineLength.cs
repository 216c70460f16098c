using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;
using Starling.Repository.Tests.Sources;

namespace Starling.Repository.Tests.Rules;

/// <summary>No line of C# over 140 columns, as <c>.editorconfig</c> says, but for those that a text makes long.</summary>
internal static class LineLength
{
    /// <summary>Columns that a line may have, texts left out.</summary>
    public const int Columns = 140;

    /// <summary>Finds each line that is too long.</summary>
    public static IEnumerable<string> Check(IEnumerable<SourceFile> files) =>
        from file in files
        where file.IsCSharpUnder("src", "tests", "fuzz", "bench") && file.Lines.Any(line => line.Length > Columns)
        from line in SourceText.From(file.Text).Lines
        where line.Span.Length > Columns && line.Span.Length - Texts(file.Root, line.Span) > Columns
        select $"{file.Path}:{line.LineNumber + 1}: {line.Span.Length} columns, and a line may have {Columns}";

    private static int Texts(SyntaxNode root, TextSpan line) =>
        root.DescendantNodes(line, node => node is not InterpolatedStringExpressionSyntax).Where(IsText)
            .Sum(text => text.Span.Intersection(line)?.Length ?? 0);

    private static bool IsText(SyntaxNode node) =>
        node is InterpolatedStringExpressionSyntax
        || node.Kind() is SyntaxKind.StringLiteralExpression or SyntaxKind.Utf8StringLiteralExpression;
}
