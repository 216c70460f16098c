using System.CommandLine;
using Starling.Cli.Control;

namespace Starling.Cli.Commands.Nodes;

/// <summary>
/// The node that a command of <c>starling node</c> means: that of a <c>node.yaml</c>, asked in its own name, or a context's.
/// </summary>
internal static class OwnNode
{
    /// <summary>Gives a command the options by which the user names a node.</summary>
    public static void AddOptions(Command command, NodeFileOptions file)
    {
        file.AddTo(command);
        NodeCommands.AddOptions(command);
    }

    /// <summary>
    /// Opens a session with the node: of a context or run if one is named, else of the <c>node.yaml</c> if there is one,
    /// else of the active context.
    /// </summary>
    /// <exception cref="Terminal.CommandException">A file of its identity cannot be used.</exception>
    public static Task<ControlSession> OpenAsync(NodeFileOptions file, ParseResult parsed, CancellationToken cancellation) =>
        IsOfHost(file, parsed) ? file.OpenAsync(parsed, cancellation) : NodeCommands.OpenAsync(parsed, null, cancellation);

    /// <summary>Whether the node is that of a <c>node.yaml</c>, and so of this host.</summary>
    public static bool IsOfHost(NodeFileOptions file, ParseResult parsed) =>
        !NodeCommands.NamesNode(parsed) && (file.IsNamed(parsed) || File.Exists(file.Path(parsed)));
}
