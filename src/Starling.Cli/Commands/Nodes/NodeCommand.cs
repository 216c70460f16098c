using System.CommandLine;

namespace Starling.Cli.Commands.Nodes;

/// <summary><c>starling node</c>: a node on its own host, and those that it knows.</summary>
internal static class NodeCommand
{
    /// <summary>The command and those below it.</summary>
    public static Command Build() => new("node", "Runs a node and looks after it, and lists those that a node knows.")
    {
        NodeInitCommand.Build(),
        NodeStartCommand.Build(),
        NodeStatusCommand.Build(),
        NodeEndCommand.BuildDrain(),
        NodeEndCommand.BuildStop(),
        NodeBackupCommand.BuildBackup(),
        NodeBackupCommand.BuildRestore(),
        NodeUninstallCommand.Build(),
        NodeListCommand.Build(),
    };
}
