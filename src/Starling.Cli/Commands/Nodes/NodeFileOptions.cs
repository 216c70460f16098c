using System.CommandLine;
using System.Net;
using Starling.Api;
using Starling.Cli.Control;
using Starling.Daemon.Configuration;

namespace Starling.Cli.Commands.Nodes;

/// <summary>The options of commands on a node's own host, by which its settings are found.</summary>
internal sealed class NodeFileOptions
{
    private readonly Option<string> config =
        new("--config") { Description = "The node's settings.", DefaultValueFactory = _ => NodeFile.Name };
    private readonly Option<string[]> set =
        new("--set") { Description = "A setting, path=value; wins over the environment and the file. Once or more." };

    /// <summary>Gives a command the options.</summary>
    public void AddTo(Command command)
    {
        command.Add(config);
        command.Add(set);
    }

    /// <summary>The file.</summary>
    public string Path(ParseResult parsed) => parsed.GetValue(config)!;

    /// <summary>Whether the user named the file.</summary>
    public bool IsNamed(ParseResult parsed) => parsed.GetResult(config) is { Implicit: false };

    /// <summary>The settings in force.</summary>
    /// <exception cref="Core.Configuration.ConfigurationException">There are mistakes; all are listed.</exception>
    public NodeConfiguration Read(ParseResult parsed, params string[] more) =>
        NodeConfigurationReader.ReadFile(Path(parsed), [.. parsed.GetValue(set) ?? [], .. more]);

    /// <summary>Opens a session with the node of this host, as itself.</summary>
    /// <exception cref="Terminal.CommandException">A file of its identity cannot be used.</exception>
    public ControlSession Open(ParseResult parsed) => Open(Read(parsed));

    /// <summary>Opens a session with a node of this host, as itself.</summary>
    /// <exception cref="Terminal.CommandException">A file of its identity cannot be used.</exception>
    public static ControlSession Open(NodeConfiguration node)
    {
        var identity = SigningIdentity.Load(node.Identity.Certificate, node.Identity.Key);
        var address = new DnsEndPoint(node.Local.Address.ToString(), node.Local.Port);
        return new ControlSession(
            new NodeClient(address, identity.Id.Value, identity.Certificate, CertificateFiles.Anchors(node.Identity.Anchors)), identity,
            node.Identity.Anchors, new Dictionary<string, string>());
    }
}
