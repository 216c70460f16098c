using Starling.Api;
using Starling.Core.Configuration;
using Starling.Daemon.Configuration;
using Starling.Learning.Experiments;

namespace Starling.Daemon.Tests;

public sealed class NodeConfigurationTests
{
    private static readonly NodeFile Sample = new()
    {
        Folder = "/data/it's: here",
        Listen = "127.0.0.1:30304",
        Certificate = "node.pem",
        Key = "/keys/node.key",
        Anchors = ["a.pem", "b.pem"],
        Peers = [new NodeFilePeer("spiffe://test.example/clinic/b", ["host.example:30305", "[::1]:30306"])],
        LedgerPath = "ledger.db",
        Contract = "trial",
        Founding = new string('a', 64),
        Experiment = "experiment.yaml",
        ProgramNode = 3,
        Admins = ["spiffe://test.example/office/admin"],
    };

    [Fact]
    public void What_is_written_is_read()
    {
        var read = Read((Sample with { MaxUploadRate = "10MB/s" }).ToYaml());
        Assert.Equal(10_000_000, read.Network.MaxUploadRate);
        Assert.Equal("/data/it's: here", read.Folder);
        Assert.Equal(("/etc/starling/node.pem", "/keys/node.key"), (read.Identity.Certificate, read.Identity.Key));
        Assert.Equal(["/etc/starling/a.pem", "/etc/starling/b.pem"], read.Identity.Anchors);
        Assert.Equal("127.0.0.1:30304", read.Listen.ToString());
        Assert.Equal(["host.example:30305", "[::1]:30306"], Assert.Single(read.Peers).Addresses.Select(a => a.ToString()));
        Assert.Equal(new LedgerConfiguration(LedgerKind.Embedded, "/etc/starling/ledger.db"), read.Ledger);
        Assert.Equal(("trial", new string('a', 64)), (read.Contract!.Contract.Value, read.Contract.Founding.ToString()));
        Assert.Equal(new ProgramConfiguration("/etc/starling/experiment.yaml", 3), read.Program);
        Assert.Equal("spiffe://test.example/office/admin", Assert.Single(read.Admins).Value);
    }

    [Fact]
    public void A_node_without_peers_program_and_admins_is_read()
    {
        var read = Read((Sample with { Peers = [], Experiment = null, Admins = [] }).ToYaml());
        Assert.Empty(read.Peers);
        Assert.Null(read.Program);
        Assert.Empty(read.Admins);
    }

    /// <summary>Red if one of several task runners is lost, or what is meant for it is taken for another.</summary>
    [Fact]
    public void A_node_may_work_for_several_task_runners()
    {
        var (a, b) = (new string('a', 64), new string('b', 64));
        var tasks = Read($"{Sample.ToYaml()}runner: {{ id: lab, founding: '{a}' }}\nrunners: [{{ id: study, founding: '{b}' }}]\n").Tasks!;
        Assert.Equal([("lab", a), ("study", b)], tasks.Runners.Select(runner => (runner.Contract.Value, runner.Founding.ToString())));
    }

    [Theory]
    [InlineData("runners: [{ id: study, founding: FOUNDING }]", "runners")]
    [InlineData("runner: { id: lab, founding: FOUNDING }\nrunners: [{ id: lab, founding: FOUNDING }]", "runners[0].id")]
    [InlineData("runner: { id: lab, founding: FOUNDING }\nrunners: [{ founding: FOUNDING }]", "runners[0].id")]
    public void A_wrong_task_runner_is_told_with_its_place(string lines, string path) =>
        Assert.Equal(path, Assert.Single(Assert.Throws<ConfigurationException>(
        () =>
            Read($"{Sample.ToYaml()}{lines.Replace("FOUNDING", $"'{new string('a', 64)}'", StringComparison.Ordinal)}\n")).Mistakes).Path);

    [Fact]
    public void All_mistakes_are_told_at_once()
    {
        var text = Sample.ToYaml().Replace("127.0.0.1:30304", "127.0.0.1:0", StringComparison.Ordinal)
            .Replace("'trial'", "'Trial!'", StringComparison.Ordinal)
            .Replace("host.example:30305", "host.example", StringComparison.Ordinal)
            .Replace("office/admin", "office", StringComparison.Ordinal)
            .Replace("kind: embedded", "kind: embeded", StringComparison.Ordinal).Replace("  key:", "  kee:", StringComparison.Ordinal);
        var mistakes = Assert.Throws<ConfigurationException>(() => Read(text)).Mistakes;
        Assert.Equal(
            ["listen", "identity.key", "identity.kee", "peers[0].addresses", "ledger.kind", "contract.id", "admins"],
            mistakes.Select(m => m.Path).Order(Comparer<string>.Create((x, y) => Place(x).CompareTo(Place(y)))));
        Assert.Equal("key", mistakes.Single(m => m.Path == "identity.kee").Nearest);
        Assert.Equal("embedded", mistakes.Single(m => m.Path == "ledger.kind").Nearest);

        static int Place(string path) => Array.IndexOf(
            ["listen", "identity.key", "identity.kee", "peers[0].addresses", "ledger.kind", "contract.id", "admins"], path);
    }

    [Theory]
    [InlineData("", null, long.MaxValue)]
    [InlineData("network: {maxUploadRate: 10MB/s}", null, 10_000_000)]
    [InlineData("network: {maxUploadRate: 4MiB}", null, 4 << 20)]
    [InlineData("network: {maxUploadRate: 10MB/s}", "20kB/s", 20_000)]
    [InlineData("network: {maxUploadRate: 10MB/s}", "unlimited", long.MaxValue)]
    [InlineData("network:", "1MB/s", 1_000_000)]
    [InlineData("", "1MB/s", 1_000_000)]
    public void An_upload_rate_is_read_and_the_environment_wins(string lines, string? variable, long expected) =>
        Assert.Equal(expected, ReadWith(lines, variable).Network.MaxUploadRate);

    [Theory]
    [InlineData("network: {maxUploadRate: 9kB/s}", null,
        "/etc/starling/node.yaml:25: network.maxUploadRate is 9kB/s; it must be at least 10kB/s.")]
    [InlineData("network: {maxUploadRate: 10Mbit/s}", null,
        "/etc/starling/node.yaml:25: network.maxUploadRate is '10Mbit/s', not a rate such as 10MB/s, or unlimited.")]
    [InlineData("network: fast", "1MB/s", "/etc/starling/node.yaml:25: network must be a section of named settings.")]
    [InlineData("", "fast", "STARLING_NETWORK_MAX_UPLOAD_RATE: network.maxUploadRate is 'fast', not a rate such as 10MB/s, or unlimited.")]
    public void A_wrong_upload_rate_is_told_with_its_place(string lines, string? variable, string expected) =>
        Assert.Equal(expected, Assert.Throws<ConfigurationException>(() => ReadWith(lines, variable)).Mistakes.Single().ToString());

    [Fact]
    public void A_ledger_in_etcd_is_read_with_the_nodes_identity_or_its_own()
    {
        var read = ReadLedger("kind: etcd, endpoints: ['https://a.example:2379', 'http://127.0.0.1:2379']");
        Assert.Equal((LedgerKind.Etcd, null), (read.Kind, read.Path));
        Assert.Equal(["https://a.example:2379", "http://127.0.0.1:2379"], read.Etcd!.Endpoints.Select(endpoint => endpoint.ToString()));
        Assert.Equal(("/etc/starling/node.pem", "/keys/node.key", "starling/"),
            (read.Etcd.Identity!.Certificate, read.Etcd.Identity.Key, read.Etcd.Prefix));
        Assert.Equal(["/etc/starling/a.pem", "/etc/starling/b.pem"], read.Etcd.Identity.Anchors);
        var own =
            ReadLedger(
                "kind: etcd, endpoints: ['https://[::1]:2379'], certificate: l.pem, key: l.key, anchors: [c.pem], prefix: trial/").Etcd!;
        Assert.Equal(("/etc/starling/l.pem", "/etc/starling/l.key", "trial/"), (own.Identity!.Certificate, own.Identity.Key, own.Prefix));
        Assert.Equal(["/etc/starling/c.pem"], own.Identity.Anchors);
    }

    /// <summary>Red if nobody is told before a certificate expires that the ledger alone is shown.</summary>
    [Fact]
    public void What_the_ledger_is_shown_belongs_to_the_identity_that_is_watched() => Assert.Equal(
        ["/etc/starling/l.pem", "/etc/starling/m.pem"],
        ReadNode("kind: etcd, endpoints: ['https://[::1]:2379'], certificate: l.pem, key: l.key, member: {name: a, join: ['a=h'], certificate: m.pem, key: m.key, folder: l}").Identity.OfLedger);

    [Theory]
    [InlineData("kind: etcd", "ledger.endpoints")]
    [InlineData("kind: etcd, endpoints: []", "ledger.endpoints")]
    [InlineData("kind: etcd, endpoints: ['http://10.0.0.1:2379']", "ledger.endpoints")]
    [InlineData("kind: etcd, endpoints: ['https://a.example:2379'], path: ledger.db", "ledger.path")]
    [InlineData("kind: etcd, endpoints: ['https://a.example:2379'], certificate: l.pem", "ledger.certificate")]
    [InlineData("kind: etcd, endpoints: ['https://a.example:2379'], prefix: 'a b'", "ledger.prefix")]
    [InlineData("kind: embedded, path: ledger.db, endpoints: ['https://a.example:2379']", "ledger.endpoints")]
    public void A_ledger_in_etcd_that_cannot_be_reached_so_is_told(string ledger, string path) =>
        Assert.Equal(path, Assert.Throws<ConfigurationException>(() => ReadLedger(ledger)).Mistakes.Single().Path);

    [Fact]
    public void A_control_character_cannot_be_written() =>
        Assert.Throws<ArgumentException>(() => (Sample with { Folder = "a\nb" }).ToYaml());

    private static LedgerConfiguration ReadLedger(string ledger) => ReadNode(ledger).Ledger;

    private static NodeConfiguration ReadNode(string ledger) => Read(Sample.ToYaml()
        .Replace("ledger:\n  kind: embedded\n  path: 'ledger.db'\n", $"ledger: {"{"} {ledger} {"}"}\n", StringComparison.Ordinal));

    private static NodeConfiguration ReadWith(string lines, string? variable)
    {
        var (tree, mistakes) = NodeOverrides.Apply(
            YamlTreeReader.Read("/etc/starling/node.yaml", $"{Sample.ToYaml()}{lines}\n", YamlBounds.Node),
            new Dictionary<string, string> { ["STARLING_NETWORK_MAX_UPLOAD_RATE"] = variable ?? "" }, []);
        return NodeConfigurationReader.Read(tree, mistakes);
    }

    private static NodeConfiguration Read(string text) =>
        NodeConfigurationReader.Read(YamlTreeReader.Read("/etc/starling/node.yaml", text, YamlBounds.Node));
}
