using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Starling.Repository.Tests.Sources;

namespace Starling.Repository.Tests.Rules;

/// <summary>The command line is a client of the API. These files are the exceptions, and this is the only place that names them.</summary>
internal static class CommandLineExceptions
{
    private static readonly (string File, string[] Namespaces)[] Exceptions =
    [
        ("NodeStartCommand.cs", ["Starling.Daemon", "Starling.Node"]),
        ("SimCommand.cs", ["Starling.Simulation"]),
        // The report of `sim`: what looks on while a seed runs, and the page that is made of it.
        ("SimulationRecord.cs", ["Starling.Simulation"]),
        ("SimulationReportPage.cs", ["Starling.Simulation"]),
        ("ExploreCommand.cs", ["Starling.Simulation"]),
        // Before there are nodes with an API, somebody must make their keys and certificates: for the nodes of a run, `run` does.
        ("RunProvisioning.cs", ["Starling.Node"]),
        // The programs that `run` compares a swarm with run beside the nodes and have none.
        ("CommandProblem.cs", ["Starling.Daemon", "Starling.Node"]),
        // For the nodes of a consortium, its authorities do.
        ("CaCommand.cs", ["Starling.Node"]),
        // Where one host invites another, and that one becomes a node, there is none yet to ask.
        ("InviteCommand.cs", ["Starling.Daemon", "Starling.Node"]),
        ("JoinCommand.cs", ["Starling.Daemon"]),
        ("ConsortiumCommand.cs", ["Starling.Daemon", "Starling.Node"]),
        // What a consortium's file says of its task runner is signed here, and what a node.yaml says of the member of etcd beside it is
        // started here: a node is told neither.
        ("ConsortiumFounding.cs", ["Starling.Daemon"]),
        ("LedgerStartCommand.cs", ["Starling.Daemon"]),
        // So is how that node reaches its ledger, for those who read or prove it, or change its members, without any node.
        ("EtcdFlags.cs", ["Starling.Daemon"]),
        // What an operator would find wrong with a task is to be known before it is appended, with the lines of its author's file.
        ("TaskBodyCheck.cs", ["Starling.Daemon"]),
        // What looks after a node on its own host must do so when the node does not run, or cannot: docs/decisions/0016.
        ("NodeFileOptions.cs", ["Starling.Daemon"]),
        ("NodeInitCommand.cs", ["Starling.Daemon"]),
        ("NodeBackupCommand.cs", ["Starling.Daemon"]),
        ("NodeUninstallCommand.cs", ["Starling.Daemon"]),
        ("DoctorCommand.cs", ["Starling.Daemon"]),
        ("SupportBundleCommand.cs", ["Starling.Daemon"]),
        // Where the failures of all these end.
        ("ErrorEdge.cs", ["Starling.Daemon", "Starling.Node"]),
    ];

    private static readonly string[] Guarded = [.. Exceptions.SelectMany(exception => exception.Namespaces)];

    /// <summary>Finds each using and each qualified name of a guarded namespace in another file of Starling.Cli.</summary>
    public static IEnumerable<string> Check(IEnumerable<SourceFile> files)
    {
        foreach (var file in files.Where(file => file.Path.StartsWith("src/Starling.Cli/", StringComparison.Ordinal)))
        {
            if (file.Name.EndsWith(".csproj", StringComparison.Ordinal) && file.Text.Contains("<Using ", StringComparison.Ordinal))
                yield return $"{file.Path}: a global using hides who uses what";
            if (!file.IsCSharpUnder("src/Starling.Cli"))
                continue;
            var allowed =
                Exceptions.Where(exception => exception.File == file.Name).SelectMany(exception => exception.Namespaces).ToArray();
            foreach (var node in file.Root.DescendantNodes().Where(node => node is NameSyntax or MemberAccessExpressionSyntax))
            {
                if (GuardedBy(node) is { } used && !allowed.Contains(used))
                    yield return $"{file.At(node)}: uses {used}, which only {string.Join(" and ", Exceptions.Where(e => e.Namespaces.Contains(used)).Select(e => e.File))} may";
                if (node.Parent is UsingDirectiveSyntax { GlobalKeyword.RawKind: not 0 } && GuardedBy(node) is not null)
                    yield return $"{file.At(node)}: a global using hides who uses what";
            }
        }
    }

    // Within namespace Starling.Cli, `Daemon.X` reads as Starling.Daemon.X.
    private static string? GuardedBy(SyntaxNode node)
    {
        var text = string.Concat(node.ToString().Where(character => !char.IsWhiteSpace(character)));
        if (text.StartsWith("global::", StringComparison.Ordinal))
            text = text["global::".Length..];
        if (node is QualifiedNameSyntax { Left: IdentifierNameSyntax { Identifier.Text: not "Starling" } first })
            text = "Starling." + first.Identifier.Text;
        return Array.Find(Guarded, name => name == text);
    }
}
