using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Starling.Repository.Tests.Sources;

namespace Starling.Repository.Tests.Rules;

/// <summary>
/// No file over 400 lines and no method over 70. Known offenders are listed with their size, and the list may only shrink.
/// </summary>
internal static class SizeRatchet
{
    /// <summary>Lines that a file may have.</summary>
    public const int FileLines = 400;

    /// <summary>Lines that a method may have, from its first attribute to its last brace.</summary>
    public const int MethodLines = 70;

    private static readonly string[] CodeEndings = [".cs", ".py", ".sol"];

    /// <summary>Offenders that are known, by path or by path and method, with their lines. Take out what is mended; add nothing.</summary>
    public static SortedDictionary<string, int> Known { get; } = new(StringComparer.Ordinal);

    /// <summary>Finds what is too long, and what a list of known offenders says that is no longer so.</summary>
    public static IEnumerable<string> Check(IEnumerable<SourceFile> files, SortedDictionary<string, int> known)
    {
        var over = new SortedDictionary<string, int>(StringComparer.Ordinal);
        foreach (var file in files.Where(file => CodeEndings.Any(ending => file.Path.EndsWith(ending, StringComparison.Ordinal))))
        {
            if (file.Lines.Count > FileLines)
                over[file.Path] = file.Lines.Count;
            foreach (var (method, lines) in Methods(file).Where(method => method.Lines > MethodLines))
                over[$"{file.Path} {method}"] = Math.Max(lines, over.GetValueOrDefault($"{file.Path} {method}"));
        }
        foreach (var (name, lines) in over)
        {
            if (!known.TryGetValue(name, out var allowed))
                yield return $"{name}: {lines} lines (a file may have {FileLines}, a method {MethodLines})";
            else if (lines > allowed)
                yield return $"{name}: grew from {allowed} to {lines} lines";
        }
        foreach (var (name, lines) in known)
        {
            if (!over.TryGetValue(name, out var now) || now < lines)
                yield return $"{name}: has shrunk; lower or remove its entry in the list of known offenders";
        }
    }

    private static IEnumerable<(string Name, int Lines)> Methods(SourceFile file)
    {
        if (!file.Path.EndsWith(".cs", StringComparison.Ordinal))
            yield break;
        foreach (var node in file.Root.DescendantNodes())
        {
            var name = node switch
            {
                MethodDeclarationSyntax method => method.Identifier.Text,
                LocalFunctionStatementSyntax local => local.Identifier.Text,
                ConstructorDeclarationSyntax constructor => constructor.Identifier.Text,
                OperatorDeclarationSyntax binary => "operator " + binary.OperatorToken.Text,
                PropertyDeclarationSyntax property => property.Identifier.Text,
                IndexerDeclarationSyntax => "this[]",
                AnonymousFunctionExpressionSyntax => "lambda",
                _ => null,
            };
            if (name is not null)
                yield return (Within(node) + name, Span(node).Lines);
        }
        var statements = file.Root.ChildNodes().OfType<GlobalStatementSyntax>().ToList();
        if (statements.Count > 0)
            yield return ("top-level statements", Span(statements[^1]).Last - Span(statements[0]).First + 1);
    }

    // Without a line number: an entry must survive changes above it.
    private static string Within(SyntaxNode node) =>
        node.FirstAncestorOrSelf<BaseTypeDeclarationSyntax>() is { } type ? type.Identifier.Text + "." : "";

    private static (int First, int Last, int Lines) Span(SyntaxNode node)
    {
        var span = node.GetLocation().GetLineSpan();
        var (first, last) = (span.StartLinePosition.Line + 1, span.EndLinePosition.Line + 1);
        return (first, last, last - first + 1);
    }
}
