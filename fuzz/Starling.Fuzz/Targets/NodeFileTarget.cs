using System.Text;
using Starling.Core.Configuration;
using Starling.Daemon.Configuration;
using Starling.Learning.Experiments;

namespace Starling.Fuzz.Targets;

/// <summary>A node's file: YAML, and what the settings in it mean.</summary>
internal sealed class NodeFileTarget : IFuzzTarget
{
    private const string File = "/data/node.yaml";

    private const string Whole =
        """
        folder: '/data/it''s'
        listen: '127.0.0.1:30304'
        identity:
          certificate: node.pem
          key: node.key
          anchors:
            - a.pem
        peers:
          - node: spiffe://a/b/c
            addresses: ["host.example:30305", "[::1]:30306", "10.0.0.1:1"]
        ledger: { kind: embedded, path: ledger.db }
        contract:
          id: trial
          founding: 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa'
        program: { experiment: experiment.yaml, node: 3 }
        admins: [spiffe://a/b/d]
        """;

    private const string Working =
        """
        folder: /data
        advertise: host.example:30304
        ledger: { kind: etcd, endpoints: ["https://10.0.0.1:2379"] }
        runner: { id: lab, founding: 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa' }
        tasks:
          accept: [run-training, fetch-content]
          executors: [sandbox, process]
          set: ["data.set=csv"]
        network: { maxUploadRate: 1MB/s }
        """;

    public string Name => "node-file";

    public int UsualBytes => 640;

    /// <summary>As for an experiment.</summary>
    public double MostAllocatedPerByte => 560;

    /// <summary>What <see cref="YamlBounds.Node"/> comes to.</summary>
    public long MostAllocated => 24 << 20;

    public LengthForm Lengths => LengthForm.None;

    public IReadOnlyList<string> Parsers { get; } =
        ["Starling.Daemon.Configuration.NodeConfigurationReader", "Starling.Core.Configuration.SectionBinder::Sections",
            "Starling.Node.Transport.PeerAddress::TryParse", "Starling.Core.Identity.Digest::TryParse",
            "Starling.Core.Identity.NodeId::TryParse", "Starling.Core.Identity.NodeId::IsWellFormed"];

    public IReadOnlyList<byte[]> Words { get; } = FuzzWords.Of(
        "folder: ", "listen: ", "listen: 0\n", "identity:\n", "  certificate: a\n", "  key: a\n", "anchors: []\n", "anchors: [a]\n",
        "peers: []\n", "peers: 1\n", "peers:\n  - node: spiffe://a/b/c\n    addresses: [a:1]\n", "  - node: spiffe://a/b/c\n",
        "    addresses: [", "host:1", "[::1]:1", "[1.2.3.4]:1", "1.2.3.4:65535", ":1", "a:0", "a:65536", "a b:1", "::1", "ledger: {}\n",
        "kind: etcd", "contract:\n", "id: A", "id: ''", "founding: 0", "program:\n", "node: 1024",
        "admins:\n", "  - x\n", "spiffe://a/b/c", "\"\\0\"", "\n", "  ", "[", "]", ": ", "''", "runner:\n", "tasks:\n", "  accept: [",
        "run-training", "prepare-content", "upgrade-program", "  executors: [", "process", "network:\n", "maxUploadRate: 1MB/s",
        "advertise: a:1", "endpoints: [\"https://a:1\"]");

    public IEnumerable<byte[]> Seeds() => FuzzWords.Of(
        Whole, Working, ExperimentSeeds.ManyNames,
        Working.Replace("fetch-content", "fetch", StringComparison.Ordinal).Replace("sandbox, process", "none", StringComparison.Ordinal),
        Working.Replace("runner:", "walker:", StringComparison.Ordinal),
        Working
            + "\nprogram: { experiment: experiment.yaml, node: 0 }\ncontract: { id: trial, founding: 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa' }\n", Working + "\nprogram: { experiment: experiment.yaml, node: 0 }\n",
        Working.Replace("[sandbox, process]", "[]", StringComparison.Ordinal),
        Working.Replace("[run-training, fetch-content]", "[]", StringComparison.Ordinal), "", "folder: x\n",
        Whole.Replace("program: { experiment: experiment.yaml, node: 3 }\n", "", StringComparison.Ordinal),
        Whole.Replace("aaaa'", "'", StringComparison.Ordinal), "folder: x\npeers: ''\n",
        "admins: [spiffe://a/./c, spiffe://a/../c, spiffe://a//c, spiffe://a/b, spiffe://a/b/c/d, spiffe://A/b/c, spiffe://a/b_c/\u00e9, x]\n",
        "peers:\n  - node: spiffe://a/b/c\n    addresses: [a, ':1', 'a:', 'a:x', 'a:0', 'a:65536', '[::1]:1', '[::1:1', '[1.2.3.4]:1', '[x]:1', '1.2.3.4:1', '::1:1', 'a_b:1', 'a b:1', '-:1', 'host:1']\n",
        Whole.Replace("'/data/it''s'", "\"a\\0\"", StringComparison.Ordinal),
        Whole.Replace("b.db", "", StringComparison.Ordinal),
        Whole.Replace("aaaa'", "zzzz'", StringComparison.Ordinal),
        Whole.Replace("spiffe://a/b/c", "spiffe://a/../c", StringComparison.Ordinal),
        Whole.Replace("spiffe://a/b/c", "spiffe://A/b/c", StringComparison.Ordinal),
        Whole.Replace("spiffe://a/b/c", "spiffe://" + new string('a', 255), StringComparison.Ordinal),
        Whole.Replace("10.0.0.1:1", "[x:1", StringComparison.Ordinal), Whole.Replace("10.0.0.1:1", "[x]:1", StringComparison.Ordinal),
        Whole.Replace("10.0.0.1:1", "a_b:70000", StringComparison.Ordinal),
        Whole.Replace("ledger: {", "admin: {", StringComparison.Ordinal),
        Whole.Replace("ledger:", "peers:\n  - node: spiffe://a/b/c\n    addresses: []\nledger:", StringComparison.Ordinal),
        Whole.Replace("    addresses: [", "    addresses: []\n  - node: spiffe://a/b/c\n    addresses: [a, ", StringComparison.Ordinal),
        "peers: [1]\n", Whole.Replace("host.example:30305", new string('h', 256) + ":1", StringComparison.Ordinal),
        Whole.Replace("[::1]:30306", "[1.2.3.4]:1", StringComparison.Ordinal),
        Whole.Replace("id: trial", "id: Trial", StringComparison.Ordinal).Replace("127.0.0.1:30304", "x", StringComparison.Ordinal)
            .Replace("anchors:\n    - a.pem", "anchors: []", StringComparison.Ordinal)
            .Replace("spiffe://a/b/d", "d", StringComparison.Ordinal));

    public bool Parse(byte[] input)
    {
        try
        {
            NodeConfigurationReader.Read(YamlTreeReader.Read(File, Encoding.UTF8.GetString(input), YamlBounds.Node));
            return true;
        }
        catch (ConfigurationException)
        {
            return false;
        }
    }
}
