using System.Globalization;
using System.Text;

namespace Starling.Api;

/// <summary>What a <c>node.yaml</c> says: everything that a node is told when it starts.</summary>
/// <param name="Folder">Where the node keeps what is its own; no other process may use it.</param>
/// <param name="Listen">Where it listens, <c>address:port</c>; the port is 1 to 65535.</param>
/// <param name="Certificate">Its certificate, PEM.</param>
/// <param name="Key">Its private key, PEM.</param>
/// <param name="Anchors">The authorities that are trusted, PEM files, at least one.</param>
/// <param name="Peers">Where the other members are reached.</param>
/// <param name="LedgerPath">The embedded ledger's file; not written if the ledger is in etcd.</param>
/// <param name="Contract">The training contract that it follows, or empty if only tasks say what it trains.</param>
/// <param name="Founding">The id of the contract's entry 0, 64 hexadecimal digits; empty without one.</param>
/// <param name="Experiment">The experiment file with its program; null for a node that trains nothing.</param>
/// <param name="ProgramNode">Which of the experiment's nodes this one is, from 0.</param>
/// <param name="MaxUploadRate">How much it uploads to all peers together, such as <c>10MB/s</c>; null for no limit.</param>
/// <param name="Admins">Who may use its API, besides every node of its own organisation: SPIFFE IDs.</param>
public sealed record NodeFile(
    string Folder,
    string Listen,
    string Certificate,
    string Key,
    IReadOnlyList<string> Anchors,
    IReadOnlyList<NodeFilePeer> Peers,
    string LedgerPath,
    string Contract,
    string Founding,
    string? Experiment,
    int ProgramNode,
    string? MaxUploadRate,
    IReadOnlyList<string> Admins)
{
    /// <summary>The members of etcd that the ledger is in, as <c>https://host:2379</c>; empty for an embedded ledger.</summary>
    public IReadOnlyList<string> LedgerEndpoints { get; init; } = [];

    /// <summary>The member of that etcd which runs beside the node, for <c>starling ledger start --config</c>; null for none.</summary>
    public NodeFileMember? LedgerMember { get; init; }

    /// <summary>The task runner that it works for; null for none.</summary>
    public NodeFileRunner? Runner { get; init; }

    /// <summary>The file's usual name.</summary>
    public const string Name = "node.yaml";

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
