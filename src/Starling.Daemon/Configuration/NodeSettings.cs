using System.Collections.Immutable;

namespace Starling.Daemon.Configuration;

/// <summary>Every setting of a <c>node.yaml</c>, in the order of a new one. A test compares them with what is read.</summary>
public static class NodeSettings
{
    /// <summary>What a new file has where its owner must write something.</summary>
    public const string NotFilledIn = "to-be-filled-in";

    /// <summary>The settings.</summary>
    public static ImmutableArray<NodeSetting> All { get; } =
    [
        new("folder", "where the node keeps journal, blobs and events; one process's alone", "data") { IsGiven = true },
        new("listen", "IP address and port; 0.0.0.0 or [::] for every address of the host", "127.0.0.1:30304") { IsDefault = true },
        new("advertise", "where others reach the node, if that is not where it listens; the best first", "[]") { IsDefault = true },
        new("admins", "who may use its API, besides every node of its own organisation: SPIFFE IDs", "[]") { IsDefault = true },
        new("identity.certificate", "the node's certificate, with authorities between it and an anchor, PEM",
            "identity/certificate.pem") { IsGiven = true },
        new("identity.key", "its private key, PEM", "identity/private.key") { IsGiven = true },
        new("identity.anchors", "the authorities that are trusted, PEM", "[identity/authority.pem]") { IsGiven = true },
        new("identity.revocations", "lists of revoked certificates, PEM", "[]") { IsDefault = true },
        new("identity.shown.certificate", "a certificate that others made, to show to peers in place of the node's own, PEM",
            "identity/shown.pem"),
        new("identity.shown.key", "its private key, PEM", "identity/shown.key"),
        new("identity.workloadApi", "the Unix socket of a SPIRE agent, to show what it issues", "unix:///run/spire/sockets/agent.sock"),
        new("identity.mapped[].spiffe",
            "who the holder of a certificate is that others made: its SPIFFE ID, or the beginning of several that ends in /*",
            "spiffe://their.example/*"),
        new("identity.mapped[].dns", "or its host name", "host.their.example"),
        new("identity.mapped[].authority", "of a host name, the authority that issued the certificate, PEM", "identity/theirs.pem"),
        new("identity.mapped[].node", "which node that is", "spiffe://our.example/them/node"),
        new("identity.mapped[].roles", "what it is there for", "[learner]"),
        new("peers[].node", "another member, a SPIFFE ID", "spiffe://our.example/clinic/node-2"),
        new("peers[].addresses", "where it is reached, the best address first", "[node-2.example:30304]"),
        new("ledger.kind", "the ledger's backend: embedded, or etcd", "embedded") { IsDefault = true },
        new("ledger.path", "of the embedded ledger, its file", "ledger.db") { IsGiven = true },
        new("ledger.endpoints", "of a ledger in etcd, its members, the one to ask first in front", "[https://node-1.example:2379]"),
        new("ledger.certificate", "what is shown to members of etcd; the node's own certificate unless given", "identity/certificate.pem"),
        new("ledger.key", "its private key", "identity/private.key"),
        new("ledger.anchors", "the authorities that the members' certificates lead to; identity.anchors unless given",
            "[identity/authority.pem]"),
        new("ledger.prefix", "what the ledger's keys in etcd begin with", "starling/") { IsDefault = true },
        new("ledger.member.name", "of a ledger in etcd, the member that 'starling ledger start --config' runs beside the node: its name",
            "clinic"),
        new("ledger.member.join", "all members, NAME=HOST[:PORT] each", "[clinic=node-1.example, lab=node-2.example]"),
        new("ledger.member.certificate", "what it shows to other members, PEM", "identity/ledger.pem"),
        new("ledger.member.key", "its private key, PEM", "identity/ledger.key"),
        new("ledger.member.folder", "where it keeps its data", "ledger"),
        new("contract.id", "the training contract that the node follows", "trial") { IsGiven = true },
        new("contract.founding", "the id of its entry 0, 64 hexadecimal digits", NotFilledIn) { IsGiven = true },
        new("program.experiment", "the experiment whose program the node trains; without one it only holds, merges and audits",
            "experiment.yaml"),
        new("program.node", "which of the experiment's nodes it is, from 0", "0"),
        new("runner.id", "the task runner that the node works for; then it needs no contract", "lab"),
        new("runner.founding", "the id of its entry 0, 64 hexadecimal digits", NotFilledIn),
        new("runners[].id", "another task runner that the node works for at the same time, on the same terms", "study"),
        new("runners[].founding", "the id of its entry 0", NotFilledIn),
        new("tasks.accept", "the kinds of tasks that are carried out here",
            "[run-training, prepare-content, fetch-content, stop-programs, upgrade-program]") { IsDefault = true },
        new("tasks.executors", "how programs of tasks may run here: sandbox, process or both", "[sandbox]") { IsDefault = true },
        new("tasks.set", "what holds for every task's experiment on this host, path=value each: above all where its rows are",
            "[]") { IsDefault = true },
        new("network.maxUploadRate", "the most bytes of blobs a second to all peers together, such as 10MB/s",
            "unlimited") { IsDefault = true },
    ];
}
