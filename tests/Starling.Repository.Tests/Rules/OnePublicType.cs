using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Starling.Repository.Tests.Sources;

namespace Starling.Repository.Tests.Rules;

/// <summary>
/// One public top-level type a file. A closed family counts as one: the abstract base that the file is named after, what derives from it, a
/// second family that belongs to it (what is asked and what is answered), and the values that their constructors take.
/// </summary>
internal static class OnePublicType
{
    /// <summary>Checks the files below src/.</summary>
    public static IEnumerable<string> Check(IEnumerable<SourceFile> files)
    {
        foreach (var file in files.Where(file => file.IsCSharpUnder("src")))
        {
            var types = file.Root.DescendantNodes().Where(IsPublicTopLevel).Cast<MemberDeclarationSyntax>().ToList();
            if (types.Select(NameOf).Distinct(StringComparer.Ordinal).Count() > 1
                && !IsFamily(types, Path.GetFileNameWithoutExtension(file.Name)))
                yield return $"{file.Path}: {string.Join(", ", types.Select(NameOf))} are more than one public type";
        }
    }

    private static bool IsPublicTopLevel(SyntaxNode node) =>
        node is BaseTypeDeclarationSyntax or DelegateDeclarationSyntax
        && node.Parent is BaseNamespaceDeclarationSyntax or CompilationUnitSyntax
        && ((MemberDeclarationSyntax)node).Modifiers.Any(SyntaxKind.PublicKeyword);

    private static bool IsFamily(List<MemberDeclarationSyntax> types, string name)
    {
        var roots = types.OfType<TypeDeclarationSyntax>()
            .Where(type => IsAbstract(type) && types.Any(other => Derives(other, NameOf(type), types))).ToList();
        var members = types.Where(type => roots.Contains(type) || roots.Any(root => Derives(type, NameOf(root), types))).ToList();
        var taken = members.OfType<TypeDeclarationSyntax>().Where(type => type.ParameterList is not null)
            .SelectMany(type => type.ParameterList!.DescendantNodes().OfType<SimpleNameSyntax>()).Select(used => used.Identifier.Text)
            .ToList();
        return roots.Any(root => NameOf(root) == name) && types.All(type => members.Contains(type) || taken.Contains(NameOf(type)));
    }

    private static bool IsAbstract(TypeDeclarationSyntax type) =>
        type is InterfaceDeclarationSyntax || type.Modifiers.Any(SyntaxKind.AbstractKeyword);

    // Through other types of the file too: an abstract record of an abstract record.
    private static bool Derives(MemberDeclarationSyntax type, string ancestor, List<MemberDeclarationSyntax> types) =>
        type is TypeDeclarationSyntax { BaseList: { } bases }
        && bases.Types.Select(BaseName).Any(name =>
            name == ancestor || types.Any(other => other != type && NameOf(other) == name && Derives(other, ancestor, types)));

    private static string BaseName(BaseTypeSyntax type) => type.Type switch
    {
        SimpleNameSyntax simple => simple.Identifier.Text,
        QualifiedNameSyntax qualified => qualified.Right.Identifier.Text,
        var other => other.ToString(),
    };

    private static string NameOf(MemberDeclarationSyntax type) =>
        type is DelegateDeclarationSyntax function ? function.Identifier.Text : ((BaseTypeDeclarationSyntax)type).Identifier.Text;
}
