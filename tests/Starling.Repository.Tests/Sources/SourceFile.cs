using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Starling.Repository.Tests.Sources;

/// <summary>A text file of the repository, or a sample that stands for one.</summary>
/// <param name="Path">Relative to the repository's root, with forward slashes.</param>
/// <param name="Text">Its whole text.</param>
internal sealed record SourceFile(string Path, string Text)
{
    private readonly Lazy<SyntaxNode> root =
        new(() => CSharpSyntaxTree.ParseText(Text, new CSharpParseOptions(LanguageVersion.Preview)).GetRoot());

    /// <summary>The syntax tree of a C# file; comments and strings are told apart from code.</summary>
    public SyntaxNode Root => root.Value;

    /// <summary>The file's own name.</summary>
    public string Name => Path[(Path.LastIndexOf('/') + 1)..];

    /// <summary>The file's folder, empty at the root.</summary>
    public string Folder => Path.Contains('/') ? Path[..Path.LastIndexOf('/')] : "";

    /// <summary>The lines, without their ends.</summary>
    public IReadOnlyList<string> Lines => Text.TrimEnd('\n').Split('\n');

    /// <summary>Says where a finding is.</summary>
    public string At(SyntaxNode node) => $"{Path}:{node.GetLocation().GetLineSpan().StartLinePosition.Line + 1}";

    /// <summary>Whether the file is C# below one of the folders.</summary>
    public bool IsCSharpUnder(params ReadOnlySpan<string> folders)
    {
        foreach (var folder in folders)
        {
            if (Path.EndsWith(".cs", StringComparison.Ordinal) && Path.StartsWith(folder + "/", StringComparison.Ordinal))
                return true;
        }
        return false;
    }
}
