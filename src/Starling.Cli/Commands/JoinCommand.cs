using System.CommandLine;
using Starling.Cli.Commands.Nodes;
using Starling.Cli.Terminal;
using Starling.Daemon.Joining;

namespace Starling.Cli.Commands;

/// <summary><c>starling join</c>: sets this host up by an invitation, before it has a node to ask.</summary>
internal static class JoinCommand
{
    /// <summary>The command.</summary>
    public static Command Build()
    {
        var file = new Argument<string>("file") { Description = "The invitation." };
        var folder = new Option<string>("--folder") { Description = "The node's folder.", DefaultValueFactory = _ => "." };
        var listen = new Option<string>("--listen")
        {
            Description = "Where the node listens, address:port.",
            DefaultValueFactory = _ => "0.0.0.0:30304"
        };
        var command = new ExampledCommand("join", "Sets a node up by an invitation: folder, identity, node.yaml.",
            "starling join node-2.invite --folder node") { file, folder, listen };
        return command.Does(parsed =>
        {
            var setup = new HostSetup(parsed.GetValue(folder)!, parsed.GetValue(listen)!);
            var invitation = Invitation.ReadFile(parsed.GetValue(file)!);
            var node = setup.Join(invitation);
            parsed.Print(new SetUpReport(setup.NodeFilePath, invitation.Node.Value, node.Folder), CliJson.Default.SetUpReport,
                output => output.WriteLine(
                $"{invitation.Node} is set up for {node.Main}, with {node.Peers.Length} peer{(node.Peers.Length == 1 ? "" : "s")}. Start it with 'starling node start --config {setup.NodeFilePath}'."));
        });
    }
}
