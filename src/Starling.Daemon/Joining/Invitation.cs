using System.Collections.Immutable;
using Starling.Core.Configuration;
using Starling.Core.Identity;
using Starling.Daemon.Configuration;
using Starling.Learning.Experiments;

namespace Starling.Daemon.Joining;

/// <summary>
/// All that a host needs to become a node, in one file: who it is, its certificate, whom to trust, and what the node that invites was told
/// of contract, ledger and peers. It holds no private key unless that is wanted.
/// </summary>
/// <param name="Node">Who the host becomes.</param>
/// <param name="Certificate">Its certificate, PEM.</param>
/// <param name="Key">Its private key, PEM; null if the host has it already.</param>
/// <param name="Anchors">The authorities to trust, PEM.</param>
/// <param name="Revocations">Lists of revoked certificates, PEM; null for none.</param>
/// <param name="Settings">Settings of its <c>node.yaml</c> that all nodes share.</param>
public sealed record Invitation(NodeId Node, string Certificate, string? Key, string Anchors, string? Revocations,
    ConfigurationSection Settings)
{
    private const int Version = 1;
    private const int MaxPem = 256 << 10;

    // What a node is told of its own host never comes from elsewhere: folders, programs, where to listen, whom to believe.
    private static readonly string[] Shared = ["contract", "runner", "ledger", "peers", "network"];

    /// <summary>What a node's settings hold for another one: contract, ledger, peers with this node among them.</summary>
    /// <param name="inviting">The node's settings, as they were written.</param>
    /// <param name="configuration">The same, read.</param>
    /// <param name="node">The node.</param>
    /// <param name="addresses">Where it is reached from the other host.</param>
    /// <param name="invited">The other one, which is left out of its own peers.</param>
    public static ConfigurationSection SettingsFor(ConfigurationTree inviting, NodeConfiguration configuration, NodeId node,
        IEnumerable<string> addresses, NodeId invited)
    {
        var none = new SourcePosition("invitation", 0, 0);
        ConfigurationSection Peer(NodeId id, IEnumerable<string> at) => new(none,
        [
            new ConfigurationEntry("node", none, new ConfigurationText(none, id.Value)),
            new ConfigurationEntry("addresses", none,
                new ConfigurationList(none, [.. at.Select(address => (ConfigurationNode)new ConfigurationText(none, address))])),
        ]);
        var peers = configuration.Peers.Where(peer => peer.Node != invited)
            .Select(peer => Peer(peer.Node, peer.Addresses.Select(address => address.ToString())))
            .Prepend(Peer(node, addresses));
        var settings =
            new ConfigurationSection(none, [.. inviting.Root.Entries.Where(entry => Shared.Contains(entry.Key) && entry.Key != "peers")])
            .With(new ConfigurationEntry("peers", none, new ConfigurationList(none, [.. peers])));
        // A member of etcd runs beside the node that it belongs to.
        if (settings.Find("ledger")?.Value is ConfigurationSection remote && remote.Find("member") is not null)
            settings = settings.With(new ConfigurationEntry("ledger", none,
                new ConfigurationSection(none, [.. remote.Entries.Where(entry => entry.Key != "member")])));
        // An embedded ledger is a file of this host, and then the other node's host is this one, too.
        if (settings.Find("ledger")?.Value is ConfigurationSection ledger
            && ledger.Find("path")?.Value is ConfigurationText { Value: var path })
            settings = settings.With(new ConfigurationEntry("ledger", none, ledger.With(new ConfigurationEntry(
                "path", none,
                new ConfigurationText(none, Path.GetFullPath(path, Path.GetDirectoryName(Path.GetFullPath(inviting.File)) ?? "/"))))));
        return settings;
    }

    /// <summary>Reads a file.</summary>
    /// <exception cref="ConfigurationException">It is no invitation, or has mistakes; all are listed.</exception>
    public static Invitation ReadFile(string path)
    {
        var binder = new ConfigurationBinder(YamlTreeReader.ReadFile(path, YamlBounds.Node));
        var root = binder.Root;
        root.Whole("invitation", null, Version, Version);
        var read = new Invitation(
            root.Node("node"), root.Text("certificate", null, MaxPem), root.OptionalText("key", MaxPem), root.Text("anchors", null, MaxPem),
            root.OptionalText("revocations", MaxPem),
            root.Raw("settings") ?? new ConfigurationSection(new SourcePosition(path, 1, 1), []));
        foreach (var entry in read.Settings.Entries.Where(entry => !Shared.Contains(entry.Key)))
            root.Fault("settings", $"has '{Mistake.Shorten(entry.Key)}', which no invitation may set; ask for another one");
        var mistakes = binder.Complete();
        return mistakes.IsEmpty ? read : throw new ConfigurationException(mistakes);
    }

    /// <summary>The file's text.</summary>
    public string Write()
    {
        var none = new SourcePosition("invitation", 0, 0);
        var entries = ImmutableArray.CreateBuilder<ConfigurationEntry>();
        void Add(string key, string? value)
        {
            if (value is not null)
                entries.Add(new ConfigurationEntry(key, none, new ConfigurationText(none, value)));
        }

        Add("invitation", $"{Version}");
        Add("node", Node.Value);
        Add("certificate", Certificate);
        Add("key", Key);
        Add("anchors", Anchors);
        Add("revocations", Revocations);
        entries.Add(new ConfigurationEntry("settings", none, Settings));
        return YamlTreeWriter.Write(new ConfigurationTree("invitation", new ConfigurationSection(none, entries.ToImmutable())));
    }
}
