using System.CommandLine;
using Starling.Cli.Control;
using Starling.Cli.Terminal;

namespace Starling.Cli.Commands.Nodes;

/// <summary><c>starling node list</c>: the nodes that a node knows.</summary>
internal static class NodeListCommand
{
    /// <summary>The command.</summary>
    public static Command Build() =>
        new ExampledCommand("list", "Lists the nodes that the context's node knows.", "starling node list").Does(
            async (session, parsed, cancellation) =>
    {
        var nodes = await ControlSession.AllAsync(after => session.Client.GetNodesAsync(after, cancellation)).ConfigureAwait(false);
        parsed.Print(nodes, CliJson.Default.IReadOnlyListNodeDescription, output =>
        {
            var table = new TextTable("node", "organisation", "connected", "addresses", "contracts");
            foreach (var node in nodes)
                table.Add(node.Node, node.Organisation, node.IsSelf ? "itself" : node.Connected ? "yes" : "no",
                    string.Join(' ', node.Addresses), string.Join(' ', node.Contracts));
            table.Write(output);
        });
    });
}
