using System.Collections.Immutable;
using Starling.Api;
using Starling.Core.Identity;
using Starling.Daemon.Configuration;
using Starling.Daemon.Folders;
using Starling.Node.Identity;
using Starling.Node.Transport;

namespace Starling.Daemon.Joining;

/// <summary>
/// An organisation's files in one folder: its authority in <c>ca</c>, its admin in <c>admin</c>, and a folder a node, which can be carried
/// to that node's host. The first node's folder has the organisation's member of the ledger's etcd, too.
/// </summary>
/// <param name="path">The folder.</param>
public sealed class OrganisationFolder(string path)
{
    private const string Authority = "ca", AdminName = "admin", LedgerName = "ledger", Identity = "identity", AnchorsFile = "anchors.pem";
    private const int ClientPort = 2379;

    /// <summary>The admin's identity.</summary>
    public NodeFolder Admin { get; } = new(Path.Combine(path, AdminName));

    /// <summary>The authorities that the admin's commands trust: those of the consortium, once <see cref="SetUp"/> was called.</summary>
    public string AdminAnchors => Path.Combine(Admin.Path, AnchorsFile);

    /// <summary>Makes the organisation: its authority, and what its admin, its nodes and its member of etcd are known by.</summary>
    /// <param name="trustDomain">Its name, such as <c>clinic.example</c>.</param>
    /// <param name="nodes">Its nodes' names and where the others reach them; the member of etcd runs on the first one's host.</param>
    /// <param name="clock">Tells the certificates' times.</param>
    /// <returns>The card, and its file.</returns>
    /// <exception cref="IdentityException">There is one already, a name cannot be one, or a file cannot be written.</exception>
    public (OrganisationCard Card, string File) Prepare(string trustDomain, ImmutableArray<(string Name, PeerAddress Address)> nodes,
        TimeProvider clock)
    {
        // Names first: an authority that was half made would be in the way of the next attempt.
        var organisation = trustDomain.Split('.')[0];
        foreach (var (name, _) in nodes)
            if (name is Authority or AdminName or LedgerName || !NodeId.TryParse($"spiffe://{trustDomain}/{organisation}/{name}", out _)
                || nodes.Count(node => node.Name == name) > 1)
                throw new IdentityException($"'{name}' cannot name a node of {trustDomain}: use a-z, A-Z, 0-9, '-', '.' and '_', none twice, and none of '{Authority}', '{AdminName}' and '{LedgerName}'.");
        using var authority = AuthorityFolder.Create(Path.Combine(path, Authority), trustDomain, clock);
        NodeId Id(string name) => NodeId.Create(trustDomain, organisation, name);
        authority.Issue(Id(AdminName), Roles.Admin, null, null, Admin);
        foreach (var (name, _) in nodes)
            authority.Issue(Id(name), Roles.Learner | Roles.Operator, null, null, IdentityOf(name));
        authority.Issue(Id(LedgerName), Roles.Ledger, null, null, new NodeFolder(Path.Combine(path, nodes[0].Name, LedgerName)),
            [nodes[0].Address.Host]);
        var card = new OrganisationCard(
            WholeFile.Read(authority.CertificatePath, "the authority"), nodes[0].Address.Host,
            [.. nodes.Select(node =>
                new CardNode(Id(node.Name), node.Address, WholeFile.Read(IdentityOf(node.Name).CertificatePath, "a certificate")))]);
        var file = CardFile(trustDomain);
        WholeFile.Write(file, card.Write());
        return (card, file);
    }

    /// <summary>The organisation's own card.</summary>
    /// <exception cref="DaemonException">There is none.</exception>
    public OrganisationCard ReadCard()
    {
        var authority = Path.Combine(path, Authority, AuthorityFolder.CertificateFile);
        return File.Exists(authority) && CertificateDocument.Read(PemCertificates.Read(authority)[0])?.TrustDomain is { } domain
            ? OrganisationCard.ReadFile(CardFile(domain))
            : throw new DaemonException(ExitCode.Configuration,
                $"{path} has no authority of an organisation; make it with 'starling consortium prepare', or name another --folder.");
    }

    /// <summary>Writes the <c>node.yaml</c> of each node of the organisation, and whom its nodes and its admin trust.</summary>
    /// <returns>The files; the first one's node has the member of etcd beside it.</returns>
    /// <exception cref="DaemonException">The consortium does not know the organisation as it is, or a node is set up already.</exception>
    public ImmutableArray<string> SetUp(Consortium consortium)
    {
        var own = ReadCard();
        if (!consortium.Cards.Any(card => card.Write() == own.Write()))
            throw new DaemonException(ExitCode.Configuration,
                $"The consortium knows {own.TrustDomain} not at all, or otherwise than {CardFile(own.TrustDomain)} does; give its founder that file.");
        ImmutableArray<string> files = [.. own.Nodes.Select(node => Path.Combine(path, node.Id.Name, NodeFile.Name))];
        if (files.FirstOrDefault(File.Exists) is { } there)
            throw new DaemonException(ExitCode.Configuration,
                $"{there} is there already, and is not replaced; remove it first if its node shall join another consortium.");
        var anchors = string.Join("\n", consortium.Cards.Select(card => card.Authority.TrimEnd())) + "\n";
        WholeFile.Write(AdminAnchors, anchors);
        foreach (var (node, file) in own.Nodes.Zip(files))
        {
            WholeFile.Write(Path.Combine(path, node.Id.Name, Identity, AnchorsFile), anchors);
            WholeFile.Write(file, Compose(consortium, own, node).ToYaml());
            DataFolder.Make(NodeConfigurationReader.ReadFile(file).Folder);
        }

        return files;
    }

    private static NodeFile Compose(Consortium consortium, OrganisationCard own, CardNode node)
    {
        var runner = consortium.Reference;
        var any = node.Address.Kind == AddressKind.IPv6 ? "[::]" : "0.0.0.0";
        var others = consortium.Nodes.Where(other => other.Id != node.Id)
            .Select(other => new NodeFilePeer(other.Id.Value, [other.Address.ToString()]));
        return new NodeFile
        {
            Folder = DataFolder.Name,
            Listen = $"{any}:{node.Address.Port}",
            Certificate = $"{Identity}/certificate.pem",
            Key = $"{Identity}/private.key",
            Anchors = [$"{Identity}/{AnchorsFile}"],
            Peers = [.. others],
            LedgerEndpoints = [.. consortium.Cards.OrderBy(card => card.TrustDomain != own.TrustDomain)
                .Select(card => new UriBuilder("https", card.LedgerHost, ClientPort).Uri.GetLeftPart(UriPartial.Authority))],
            LedgerMember = node == own.Nodes[0]
                ? new NodeFileMember(own.TrustDomain,
                    [.. consortium.Cards.Select(card => $"{card.TrustDomain}={Bracketed(card.LedgerHost)}")],
                    $"{LedgerName}/certificate.pem", $"{LedgerName}/private.key", LedgerName)
                : null,
            Runner = new NodeFileRunner(runner.Contract.Value, runner.Founding.Digest.ToString(), []),
        };
    }

    private static string Bracketed(string host) => host.Contains(':', StringComparison.Ordinal) ? $"[{host}]" : host;

    private NodeFolder IdentityOf(string node) => new(Path.Combine(path, node, Identity));

    private string CardFile(string trustDomain) => Path.Combine(path, trustDomain + OrganisationCard.Extension);
}
