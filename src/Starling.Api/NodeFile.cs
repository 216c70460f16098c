using System.Globalization;
using System.Text;

namespace Starling.Api;

/// <summary>What a <c>node.yaml</c> says: everything that a node is told when it starts.</summary>
public sealed record NodeFile
{
    /// <summary>The file's usual name.</summary>
    public const string Name = "node.yaml";

    /// <summary>Where the node keeps what is its own; no other process may use it.</summary>
    public required string Folder { get; init; }

    /// <summary>Where it listens, <c>address:port</c>; the port is 1 to 65535.</summary>
    public required string Listen { get; init; }

    /// <summary>Its certificate, PEM.</summary>
    public required string Certificate { get; init; }

    /// <summary>Its private key, PEM.</summary>
    public required string Key { get; init; }

    /// <summary>The authorities that are trusted, PEM files, at least one.</summary>
    public required IReadOnlyList<string> Anchors { get; init; }

    /// <summary>Where the other members are reached.</summary>
    public IReadOnlyList<NodeFilePeer> Peers { get; init; } = [];

    /// <summary>The embedded ledger's file; not written if the ledger is in etcd.</summary>
    public string LedgerPath { get; init; } = "";

    /// <summary>The training contract that it follows, or empty if only tasks say what it trains.</summary>
    public string Contract { get; init; } = "";

    /// <summary>The id of the contract's entry 0, 64 hexadecimal digits; empty without one.</summary>
    public string Founding { get; init; } = "";

    /// <summary>The experiment file with its program; null for a node that trains nothing.</summary>
    public string? Experiment { get; init; }

    /// <summary>Which of the experiment's nodes this one is, from 0.</summary>
    public int ProgramNode { get; init; }

    /// <summary>How much it uploads to all peers together, such as <c>10MB/s</c>; null for no limit.</summary>
    public string? MaxUploadRate { get; init; }

    /// <summary>Who may use its API, besides every node of its own organisation: SPIFFE IDs.</summary>
    public IReadOnlyList<string> Admins { get; init; } = [];

    /// <summary>The members of etcd that the ledger is in, as <c>https://host:2379</c>; empty for an embedded ledger.</summary>
    public IReadOnlyList<string> LedgerEndpoints { get; init; } = [];

    /// <summary>The member of that etcd which runs beside the node, for <c>starling ledger start --config</c>; null for none.</summary>
    public NodeFileMember? LedgerMember { get; init; }

    /// <summary>The task runner that it works for; null for none.</summary>
    public NodeFileRunner? Runner { get; init; }

    /// <summary>The file's text. Relative paths in it start at the file's folder.</summary>
    /// <exception cref="ArgumentException">A value has a control character.</exception>
    public string ToYaml()
    {
        var text = new StringBuilder();
        Line("folder: ", Folder);
        Line("listen: ", Listen);
        text.Append("identity:\n");
        Line("  certificate: ", Certificate);
        Line("  key: ", Key);
        List("  anchors:", "    - ", Anchors);
        text.Append(Peers.Count == 0 ? "peers: []\n" : "peers:\n");
        foreach (var peer in Peers)
        {
            Line("  - node: ", peer.Node);
            List("    addresses:", "      - ", peer.Addresses);
        }

        text.Append(LedgerEndpoints.Count == 0 ? "ledger:\n  kind: embedded\n" : "ledger:\n  kind: etcd\n");
        if (LedgerEndpoints.Count == 0)
            Line("  path: ", LedgerPath);
        else
            List("  endpoints:", "    - ", LedgerEndpoints);
        text.Append(LedgerMember?.ToYaml(Quote));
        if (Contract.Length > 0)
        {
            text.Append("contract:\n");
            Line("  id: ", Contract);
            Line("  founding: ", Founding);
        }

        if (Runner is not null)
        {
            text.Append("runner:\n");
            Line("  id: ", Runner.Id);
            Line("  founding: ", Runner.Founding);
            text.Append("tasks:\n");
            List("  executors:", "    - ", Runner.Executors);
            List("  set:", "    - ", Runner.Settings);
        }

        if (Experiment is not null)
        {
            text.Append("program:\n");
            Line("  experiment: ", Experiment);
            text.Append(CultureInfo.InvariantCulture, $"  node: {ProgramNode}\n");
        }

        if (MaxUploadRate is not null)
        {
            text.Append("network:\n");
            Line("  maxUploadRate: ", MaxUploadRate);
        }

        List("admins:", "  - ", Admins);
        return text.ToString();

        void Line(string start, string value) => text.Append(start).Append(Quote(value)).Append('\n');

        void List(string head, string start, IReadOnlyList<string> values)
        {
            text.Append(head).Append(values.Count == 0 ? " []\n" : "\n");
            foreach (var value in values)
                Line(start, value);
        }
    }

    private static string Quote(string value) => value.Any(char.IsControl)
        ? throw new ArgumentException($"'{value}' has a control character, which cannot be written.", nameof(value))
        : $"'{value.Replace("'", "''", StringComparison.Ordinal)}'";
}
