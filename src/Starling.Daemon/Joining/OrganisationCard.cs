using System.Collections.Immutable;
using System.Security.Cryptography;
using Starling.Core.Configuration;
using Starling.Core.Identity;
using Starling.Learning.Experiments;
using Starling.Node.Identity;
using Starling.Node.Transport;
using static Starling.Core.Configuration.ConfigurationTree;

namespace Starling.Daemon.Joining;

/// <summary>
/// What an organisation tells the others of itself, in one file: its authority, where its member of the ledger's etcd is, and its
/// nodes. It holds no secret.
/// </summary>
/// <param name="Authority">The certificate of its authority, PEM.</param>
/// <param name="LedgerHost">The host of its member of etcd, which listens on etcd's own ports.</param>
/// <param name="Nodes">Its nodes, one at least.</param>
public sealed record OrganisationCard(string Authority, string LedgerHost, ImmutableArray<CardNode> Nodes)
{
    /// <summary>What the file's name ends in.</summary>
    public const string Extension = ".card";

    /// <summary>The most nodes of one organisation.</summary>
    public const int MostNodes = 64;

    private const int Version = 1;
    private const int MaxPem = 16 << 10;

    /// <summary>The trust domain that all its nodes belong to.</summary>
    public string TrustDomain => Nodes[0].Id.TrustDomain;

    /// <summary>The authority's certificate, DER.</summary>
    public ImmutableArray<byte> Anchor => PemCertificates.Parse(Authority, TrustDomain)[0];

    /// <summary>
    /// SHA-256 of the authority's certificate, hexadecimal: what people compare when they tell each other whom they trust.
    /// </summary>
    public string Fingerprint => Convert.ToHexStringLower(SHA256.HashData(Anchor.AsSpan()));

    /// <summary>Reads a file.</summary>
    /// <exception cref="ConfigurationException">It is no card, or what it says does not fit together; all mistakes are listed.</exception>
    public static OrganisationCard ReadFile(string path)
    {
        var binder = new ConfigurationBinder(YamlTreeReader.ReadFile(path, YamlBounds.Node));
        var card = Bind(binder.Root);
        var mistakes = binder.Complete();
        return mistakes.IsEmpty ? card : throw new ConfigurationException(mistakes);
    }

    /// <summary>The file's text.</summary>
    public string Write() => YamlTreeWriter.Write(new ConfigurationTree("card", ToSection()));

    internal static OrganisationCard Bind(SectionBinder root)
    {
        root.Whole("card", null, Version, Version);
        var authority = root.Text("authority", null, MaxPem);
        var nodes = root.Sections("nodes", MostNodes).Select(section =>
        {
            var node = new CardNode(section.Node("node"),
                PeerAddress.TryParse(section.Text("address"), out var address) ? address : default,
                section.Text("certificate", null, MaxPem));
            if (address == default)
                section.Fault("address", "is no address; write host:port or [IPv6 address]:port");
            return node;
        }).ToImmutableArray();
        var card = new OrganisationCard(authority, root.Text("ledger", null, 255), nodes);
        if (Uri.CheckHostName(card.LedgerHost) == UriHostNameType.Unknown && card.LedgerHost.Length > 0)
            root.Fault("ledger", "is neither a host name nor an IP address");
        if (card.Objection() is { } objection)
            root.Fault("nodes", objection);
        return card;
    }

    internal ConfigurationSection ToSection() => Section(
        ("card", Text($"{Version}")), ("authority", Text(Authority)), ("ledger", Text(LedgerHost)),
        ("nodes",
            List(Nodes.Select(node =>
                Section(("node", Text(node.Id.Value)), ("address", Text(node.Address.ToString())),
                    ("certificate", Text(node.Certificate)))))));

    // A card must vouch for itself: whoever takes it in should not find out at the first connection.
    private string? Objection()
    {
        if (Nodes.IsEmpty)
            return "are missing; a card names one node at least";
        try
        {
            var authority = CertificateDocument.Read(Anchor)!;
            if (!authority.IsAuthority || authority.TrustDomain != TrustDomain || !authority.Signed(authority))
                return $"belong to {TrustDomain}, and 'authority' is not the authority of that";
            foreach (var node in Nodes)
                if (CertificateDocument.Read(PemCertificates.Parse(node.Certificate, node.Id.Value)[0])!.Node != node.Id
                    || new X509Certifier().Certify([Anchor], PemCertificates.Parse(node.Certificate, node.Id.Value)) is null)
                    return $"name {node.Id}, and the certificate beside it is not its own, or not by the card's authority";
            return Nodes.DistinctBy(node => node.Id).Count() == Nodes.Length ? null : "name a node twice";
        }
        catch (IdentityException e)
        {
            return $"or 'authority' have a certificate that cannot be used: {e.Message.TrimEnd('.')}";
        }
    }
}
