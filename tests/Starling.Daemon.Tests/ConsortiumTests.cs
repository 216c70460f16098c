using Starling.Api;
using Starling.Core.Configuration;
using Starling.Core.Contracts;
using Starling.Core.Identity;
using Starling.Core.Tasks;
using Starling.Daemon.Configuration;
using Starling.Daemon.Joining;
using Starling.Node.Identity;
using Starling.Node.Transport;

namespace Starling.Daemon.Tests;

/// <summary>Two organisations set their hosts up by one file each way.</summary>
public sealed class ConsortiumTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("starling-consortium-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    /// <summary>
    /// Red if the two would follow different task runners, trust different authorities, or miss a peer or a member of etcd.
    /// </summary>
    [Fact]
    public void Both_know_the_same_task_runner_authorities_peers_and_ledger()
    {
        var (a, b) = (Prepare("a.example", "10.0.0.1", "10.0.0.3"), Prepare("b.example", "fd00::2"));
        var consortium = Found(a, b);
        var file = Path.Combine(folder, "lab.consortium");
        File.WriteAllText(file, consortium.Write());
        Assert.DoesNotContain("PRIVATE KEY", consortium.Write(), StringComparison.Ordinal);
        var read = Consortium.ReadFile(file);
        Assert.Equal(consortium.Reference, read.Reference);

        var nodes = Folder(a).SetUp(consortium).Concat(Folder(b).SetUp(read)).Select(NodeConfigurationReader.ReadFile).ToList();
        Assert.Equal(3, nodes.Count);
        Assert.All(nodes, node => Assert.Equal([consortium.Reference], node.Tasks!.Runners));
        Assert.All(nodes, node => Assert.Equal(2, node.Peers.Length));
        Assert.All(nodes, node => Assert.Equal(2, PemCertificates.Read(Assert.Single(node.Identity.Anchors)).Length));
        Assert.Equal("https://10.0.0.1:2379", nodes[1].Ledger.Etcd!.Endpoints[0].ToString().TrimEnd('/'));
        Assert.Equal("https://[fd00::2]:2379", nodes[2].Ledger.Etcd!.Endpoints[0].ToString().TrimEnd('/'));
        Assert.Equal(["a.example=10.0.0.1", "b.example=[fd00::2]"], nodes[2].Ledger.Member!.Join);
        Assert.Equal(["a.example", null, "b.example"], nodes.Select(node => node.Ledger.Member?.Name));
        var member = CertificateDocument.Read(PemCertificates.Read(nodes[0].Ledger.Member!.Identity.Certificate)[0])!;
        Assert.Equal((Roles.Ledger, "ledger"), (member.Roles, member.Node!.Value.Name));
    }

    /// <summary>Red if the entry 0 that a consortium tells its nodes is not one that the task runner's rules take.</summary>
    [Fact]
    public void Its_entry_0_founds_the_task_runner()
    {
        var (a, b) = (Prepare("a.example", "10.0.0.1"), Prepare("b.example", "10.0.0.2"));
        var consortium = Found(a, b);
        using var keys = NodeKeys.Load(Folder(a).Admin.CertificatePath, Folder(a).Admin.KeyPath);
        var body = new Core.Ledger.EntryBody(consortium.Runner, 0, keys.Identity.Id, 1, 1, RunnerState.FoldVersion, 0,
            Core.Ledger.ChainHash.Start(consortium.Runner), RunnerEntryCodec.Encode(consortium.Founding)).Encode();
        var entry = new Core.Ledger.SignedEntry(body, keys.Identity.Key, [.. keys.Signer.Sign(body)]);
        var applied = RunnerFold.Apply(RunnerState.Empty(consortium.Runner, consortium.Reference.Founding),
            new Core.Ledger.VerifiedEntry(entry, SignatureValid: true), new X509Certifier());
        Assert.Equal(Refusal.None, applied.Refusal);
        Assert.Equal(consortium.Nodes.Select(node => node.Id).Order(), applied.State.Operators.Order());
    }

    /// <summary>Red if a host is set up for a consortium that knows it otherwise than it is, or a second time.</summary>
    [Fact]
    public void A_host_joins_only_what_knows_it_and_only_once()
    {
        var (a, b) = (Prepare("a.example", "10.0.0.1"), Prepare("b.example", "10.0.0.2"));
        var alone = Found(a);
        Assert.Contains("not at all", Assert.Throws<DaemonException>(() => Folder(b).SetUp(alone)).Message, StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(folder, "b.example", "node-0", NodeFile.Name)));
        Folder(b).SetUp(Found(a, b));
        Assert.Contains("is there already", Assert.Throws<DaemonException>(() => Folder(b).SetUp(Found(a, b))).Message,
            StringComparison.Ordinal);
    }

    /// <summary>Red if a card is taken in whose parts do not vouch for each other: its nodes would be refused by everybody.</summary>
    [Fact]
    public void A_card_whose_parts_do_not_fit_is_refused()
    {
        var (a, b) = (Prepare("a.example", "10.0.0.1"), Prepare("b.example", "10.0.0.2"));
        Refused(a with { Authority = b.Authority }, "is not the authority");
        Refused(a with { Nodes = [a.Nodes[0] with { Certificate = b.Nodes[0].Certificate }] }, "not its own");
        Refused(a with { Nodes = [a.Nodes[0], a.Nodes[0]] }, "twice");
        Refused(a with { Nodes = [] }, "missing");
        Refused(a with { LedgerHost = "no host" }, "neither a host name");
        Assert.Contains("twice", Found(a, a).Objection(), StringComparison.Ordinal);
        Assert.Contains("do not begin", (Found(a, b) with { Cards = [b, a] }).Objection(), StringComparison.Ordinal);

        void Refused(OrganisationCard card, string why)
        {
            var file = Path.Combine(folder, "bad.card");
            File.WriteAllText(file, card.Write());
            Assert.Contains(why, Assert.Throws<ConfigurationException>(() => OrganisationCard.ReadFile(file)).Message,
                StringComparison.Ordinal);
        }
    }

    private OrganisationFolder Folder(OrganisationCard card) => new(Path.Combine(folder, card.TrustDomain));

    private OrganisationCard Prepare(string domain, params string[] hosts)
    {
        var (card, file) = new OrganisationFolder(Path.Combine(folder, domain)).Prepare(
            domain,
            [.. hosts.Select((host, i) =>
                ($"node-{i}", PeerAddress.Parse(host.Contains(':', StringComparison.Ordinal) ? $"[{host}]:30304" : $"{host}:30304")))],
                TimeProvider.System);
        Assert.Equal(card.Write(), OrganisationCard.ReadFile(file).Write());
        return card;
    }

    private Consortium Found(params OrganisationCard[] cards) =>
        new(ContractId.Parse("lab"), File.ReadAllText(Folder(cards[0]).Admin.CertificatePath), [.. cards]);
}
