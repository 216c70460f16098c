using System.Security.Cryptography;
using Starling.Core.Configuration;
using Starling.Core.Identity;
using Starling.Daemon.Configuration;
using Starling.Learning.Experiments;
using Starling.Node.Identity;
using static Starling.Core.Configuration.ConfigurationTree;

namespace Starling.Daemon.Joining;

/// <summary>A node that takes part, and invites others to what it takes part in.</summary>
public sealed class Inviter
{
    private readonly ConfigurationTree tree;

    /// <summary>Reads a node's settings.</summary>
    /// <param name="file">Its <c>node.yaml</c>.</param>
    /// <exception cref="ConfigurationException">It has mistakes.</exception>
    public Inviter(string file)
    {
        tree = YamlTreeReader.ReadFile(file, YamlBounds.Node);
        Node = NodeConfigurationReader.Read(tree);
    }

    /// <summary>What the node is told.</summary>
    public NodeConfiguration Node { get; }

    /// <summary>Invites a node. All that the invitation holds is read before anything is issued.</summary>
    /// <param name="invited">Who it becomes.</param>
    /// <param name="roles">What it is there for.</param>
    /// <param name="key">Its key, of which the public half suffices; null to make one, which the invitation then holds.</param>
    /// <param name="issuer">The authority of its organisation.</param>
    /// <param name="addresses">Where the inviting node is reached from the other host.</param>
    /// <exception cref="IdentityException">A file is missing or cannot be used, or no certificate can be issued so.</exception>
    public Invitation Invite(NodeId invited, Roles roles, ECDsa? key, AuthorityFolder issuer, IEnumerable<string> addresses)
    {
        var self = CertificateDocument.Read(PemCertificates.Read(Node.Identity.Certificate)[0])?.Node
            ?? throw new IdentityException($"{Node.Identity.Certificate} names no node.");
        var anchors = PemCertificates.Text(AnchorBundle.Read([.. Node.Identity.Anchors, issuer.CertificatePath], TimeProvider.System)
            .Select(anchor => anchor.Certificate));
        var lists = string.Join("\n", Node.Identity.Revocations.Select(file => WholeFile.Read(file, "revoked certificates")));
        var ledgerAnchors = LedgerAnchors();
        foreach (var (text, what) in new[]
        {
            (anchors, "The authorities that it trusts"), (lists, "The lists of revoked certificates"),
            (ledgerAnchors ?? "", "The authorities of its ledger"),
        })
            if (text.Length > Invitation.MaxPem)
                throw new IdentityException($"{what} are {text.Length} bytes in PEM, and an invitation holds {Invitation.MaxPem} of them; name fewer in {tree.File}.");
        var settings = SettingsFor(self, invited, addresses);
        var draft = Directory.CreateTempSubdirectory("starling-invite-"); // its owner's alone
        try
        {
            var identity = new NodeFolder(draft.FullName);
            issuer.Issue(invited, roles, key, null, identity);
            return new Invitation(
                invited, WholeFile.Read(identity.CertificatePath, "a certificate"),
                key is null ? WholeFile.Read(identity.KeyPath, "the private key") : null, anchors, lists.Length == 0 ? null : lists, settings)
            {
                LedgerAnchors = ledgerAnchors,
            };
        }
        finally
        {
            draft.Delete(recursive: true);
        }
    }

    // Null if they are those of its identity. Only the platform's TLS is asked to believe them, which takes what Starling's own does not.
    private string? LedgerAnchors() =>
        Node.Ledger.Etcd?.Identity is { } identity && !identity.Anchors.SequenceEqual(Node.Identity.Anchors)
            ? string.Concat(identity.Anchors.Select(PemCertificates.ReadText)) : null;

    // Contract, ledger, and peers with this node among them.
    private ConfigurationSection SettingsFor(NodeId self, NodeId invited, IEnumerable<string> addresses)
    {
        var peers = Node.Peers.Where(peer => peer.Node != invited)
            .Select(peer => Peer(peer.Node, peer.Addresses.Select(address => address.ToString())))
            .Prepend(Peer(self, addresses));
        var settings = (tree.Root with
        {
            Entries = [.. tree.Root.Entries.Where(entry => Invitation.Shared.Contains(entry.Key) && entry.Key != "peers")],
        }).With("peers", List(peers));
        if (settings.Find("ledger")?.Value is ConfigurationSection remote)
            settings = settings.With("ledger",
                remote with { Entries = [.. remote.Entries.Where(entry => !Invitation.OfOneHost.Contains(entry.Key))] });
        // An embedded ledger is a file of this host, and then the other node's host is this one, too.
        if (settings.Find("ledger")?.Value is ConfigurationSection ledger
            && ledger.Find("path")?.Value is ConfigurationText { Value: var path })
            settings = settings.With("ledger", ledger.With("path",
                Text(Path.GetFullPath(path, Path.GetDirectoryName(Path.GetFullPath(tree.File)) ?? "/"))));
        return settings;
    }

    private static ConfigurationSection Peer(NodeId id, IEnumerable<string> addresses) =>
        Section(("node", Text(id.Value)), ("addresses", List(addresses.Select(Text))));
}
