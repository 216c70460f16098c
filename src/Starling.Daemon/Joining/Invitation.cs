using Starling.Core.Configuration;
using Starling.Core.Identity;
using Starling.Daemon.Configuration;
using Starling.Learning.Experiments;
using Starling.Node.Identity;
using static Starling.Core.Configuration.ConfigurationTree;

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

    // Nor of its ledger: a member of etcd runs beside the node that it belongs to, and the files are of that node's host.
    private static readonly string[] OfOneHost = ["member", "certificate", "key", "anchors"];

    /// <summary>The authorities that members of the ledger's etcd lead to, PEM; null for those that are trusted.</summary>
    public string? LedgerAnchors { get; init; }

    /// <summary>The authorities that a node's ledger trusts, PEM; null if they are those of its identity.</summary>
    /// <exception cref="IdentityException">A file is missing or cannot be read.</exception>
    public static string? LedgerAnchorsOf(NodeConfiguration inviting) =>
        inviting.Ledger.Etcd?.Identity is { } identity && !identity.Anchors.SequenceEqual(inviting.Identity.Anchors)
            ? PemCertificates.Text(identity.Anchors.SelectMany(file => PemCertificates.Read(file)))
            : null;

    /// <summary>What a node's settings hold for another one: contract, ledger, peers with this node among them.</summary>
    /// <param name="inviting">The node's settings, as they were written.</param>
    /// <param name="configuration">The same, read.</param>
    /// <param name="node">The node.</param>
    /// <param name="addresses">Where it is reached from the other host.</param>
    /// <param name="invited">The other one, which is left out of its own peers.</param>
    public static ConfigurationSection SettingsFor(ConfigurationTree inviting, NodeConfiguration configuration, NodeId node,
        IEnumerable<string> addresses, NodeId invited)
    {
        static ConfigurationSection Peer(NodeId id, IEnumerable<string> at) =>
            Section(("node", Text(id.Value)), ("addresses", List(at.Select(Text))));
        var peers = configuration.Peers.Where(peer => peer.Node != invited)
            .Select(peer => Peer(peer.Node, peer.Addresses.Select(address => address.ToString())))
            .Prepend(Peer(node, addresses));
        var settings = (inviting.Root with
        {
            Entries = [.. inviting.Root.Entries.Where(entry => Shared.Contains(entry.Key) && entry.Key != "peers")],
        }).With("peers", List(peers));
        if (settings.Find("ledger")?.Value is ConfigurationSection remote)
            settings = settings.With("ledger",
                remote with { Entries = [.. remote.Entries.Where(entry => !OfOneHost.Contains(entry.Key))] });
        // An embedded ledger is a file of this host, and then the other node's host is this one, too.
        if (settings.Find("ledger")?.Value is ConfigurationSection ledger
            && ledger.Find("path")?.Value is ConfigurationText { Value: var path })
            settings = settings.With("ledger", ledger.With("path",
                Text(Path.GetFullPath(path, Path.GetDirectoryName(Path.GetFullPath(inviting.File)) ?? "/"))));
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
            root.Raw("settings") ?? new ConfigurationSection(new SourcePosition(path, 1, 1), []))
        {
            LedgerAnchors = root.OptionalText("ledgerAnchors", MaxPem),
        };
        var ledger = (read.Settings.Find("ledger")?.Value as ConfigurationSection)?.Entries ?? [];
        foreach (var key in read.Settings.Entries.Select(entry => entry.Key).Where(key => !Shared.Contains(key))
            .Concat(ledger.Select(entry => entry.Key).Where(OfOneHost.Contains).Select(key => $"ledger.{key}")))
            root.Fault("settings", $"has '{Mistake.Shorten(key)}', which no invitation may set; ask for another one");
        var mistakes = binder.Complete();
        return mistakes.IsEmpty ? read : throw new ConfigurationException(mistakes);
    }

    /// <summary>The file's text.</summary>
    public string Write()
    {
        static ConfigurationText? IfAny(string? value) => value is null ? null : Text(value);
        return YamlTreeWriter.Write(new ConfigurationTree("invitation", Section(
            ("invitation", Text($"{Version}")), ("node", Text(Node.Value)), ("certificate", Text(Certificate)), ("key", IfAny(Key)),
            ("anchors", Text(Anchors)), ("revocations", IfAny(Revocations)), ("ledgerAnchors", IfAny(LedgerAnchors)),
            ("settings", Settings))));
    }
}
