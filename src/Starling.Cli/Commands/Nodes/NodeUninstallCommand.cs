using System.CommandLine;
using Starling.Api;
using Starling.Cli.Terminal;
using Starling.Core.Configuration;
using Starling.Core.Identity;
using Starling.Daemon.Configuration;
using Starling.Daemon.Folders;

namespace Starling.Cli.Commands.Nodes;

/// <summary><c>starling node uninstall</c>: removes what a node left on its host.</summary>
internal static class NodeUninstallCommand
{
    /// <summary>The command.</summary>
    public static Command Build()
    {
        var file = new NodeFileOptions();
        var identity = new Option<bool>("--identity") { Description = "Its certificate and private key, too, which cannot be made again." };
        var yes = new Option<bool>("--yes") { Description = "Do not ask." };
        var command = new ExampledCommand("uninstall", "Lists what a node left on this host, and removes it.", "starling node uninstall",
            "starling node uninstall --config /etc/starling/node.yaml --identity --yes") { identity, yes, CommandOutput.Json };
        file.AddTo(command);
        command.SetAction(parsed =>
        {
            var removal = new NodeRemoval(Read(file, parsed), file.Path(parsed));
            var paths = removal.Paths(parsed.GetValue(identity));
            removal.Check();
            parsed.Tell(paths);
            Confirmation.Ask("All of these are removed for good; what the node contributed stays on the ledger and with the others.",
                parsed.GetValue(yes));
            removal.Remove(parsed.GetValue(identity));
            parsed.Print(new RemovalReport(paths), CliJson.Default.RemovalReport, output => output.WriteLine(
                "removed. A unit of systemd, if there is one, is yours to remove; have an admin expel the node from its contracts."));
            return (int)ExitCode.Done;
        });
        return command;
    }

    // A file as 'node init' wrote it starts no node, and can be removed all the same.
    private static NodeConfiguration Read(NodeFileOptions file, ParseResult parsed)
    {
        try
        {
            return file.Read(parsed);
        }
        catch (ConfigurationException) when (File.Exists(file.Path(parsed))
            && File.ReadAllText(file.Path(parsed)).Contains($"founding: {NodeSettings.NotFilledIn}", StringComparison.Ordinal))
        {
            return file.Read(parsed, $"contract.founding={default(Digest)}");
        }
    }
}
