using System.CommandLine;
using System.Globalization;
using Starling.Api;
using Starling.Cli.Control;
using Starling.Cli.Terminal;

namespace Starling.Cli.Commands.Nodes;

/// <summary><c>starling node status</c>: where a node stands.</summary>
internal static class NodeStatusCommand
{
    /// <summary>The command.</summary>
    public static Command Build()
    {
        var file = new NodeFileOptions();
        var command = new ExampledCommand("status", "Says where a node stands.", "starling node status",
            "starling node status --config /etc/starling/node.yaml", "starling node status --context clinic --json");
        OwnNode.AddOptions(command, file);
        command.SetAction(async (parsed, cancellation) =>
        {
            using var session = await OwnNode.OpenAsync(file, parsed, cancellation).ConfigureAwait(false);
            var status = await session.Client.GetStatusAsync(cancellation).ConfigureAwait(false);
            var peers = (await ControlSession.AllAsync(after => session.Client.GetNodesAsync(after, cancellation)).ConfigureAwait(false))
                .Where(node => !node.IsSelf).ToList();
            parsed.Print(new NodeReport(status, peers), CliJson.Default.NodeReport, output => Write(output, status, peers));
            return (int)ExitCode.Done;
        });
        return command;
    }

    private static void Write(TextWriter output, NodeStatus status, List<NodeDescription> peers)
    {
        var table = new TextTable("what", "value");
        table.Add("identity", status.Node);
        table.Add("certificate", string.Create(CultureInfo.InvariantCulture, $"expires at {status.CertificateExpires:yyyy-MM-dd HH:mm}Z"));
        table.Add("version", status.Version);
        table.Add("phase", JsonWord(status.Phase));
        table.Add("doing", status.Sentence);
        if (status.Draining is { } draining)
            table.Add("drains", draining);
        table.Add("contract", status.Contract);
        table.Add("round", status.Rounds == 0 ? "none yet" : $"{status.Round} of {status.Rounds}");
        table.Add("ledger", $"{status.Height} entries");
        table.Add("peers", $"{peers.Count(peer => peer.Connected)} of {peers.Count} connected");
        foreach (var peer in peers)
            table.Add("", $"{peer.Node} {(peer.Connected ? "is connected" : "is not connected")}");
        foreach (var warning in status.Warnings)
            table.Add("warning", warning);
        table.Write(output);
    }

    private static string JsonWord(NodePhase phase) => System.Text.Json.JsonSerializer.Serialize(phase).Trim('"');
}
