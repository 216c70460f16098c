using System.Collections.Immutable;
using System.Net;
using Starling.Core.Configuration;
using Starling.Core.Identity;
using Starling.Core.Kernel;
using Starling.Node.Options;
using Starling.Node.Transport;

namespace Starling.Daemon.Configuration;

/// <summary>What a node is told when it starts: its <c>node.yaml</c>, read and checked. Paths are absolute.</summary>
/// <param name="Folder">Where the node keeps its journal, blobs, mirrors and events. No other process may use it.</param>
/// <param name="Identity">Its certificate, key and trust anchors.</param>
/// <param name="Listen">Where it listens. The default is 127.0.0.1:30304.</param>
/// <param name="Peers">Where the other members are reached.</param>
/// <param name="Ledger">The ledger's backend.</param>
/// <param name="Contract">The training contract that it follows from its start; null if only tasks say what it trains.</param>
/// <param name="Program">What it trains under that contract; null for a node that only holds, merges and audits.</param>
/// <param name="Tasks">The task runners that it works for; null for none. Without a contract it has one.</param>
/// <param name="Network">Bounds and times of its connections.</param>
/// <param name="Admins">Who may use its API, besides every node of its own organisation.</param>
public sealed record NodeConfiguration(
    string Folder,
    IdentityFiles Identity,
    IPEndPoint Listen,
    ImmutableArray<KnownPeer> Peers,
    LedgerConfiguration Ledger,
    ContractReference? Contract,
    ProgramConfiguration? Program,
    TaskConfiguration? Tasks,
    PeerNetworkOptions Network,
    ImmutableArray<NodeId> Admins)
{
    /// <summary>Where others reach it, the best address first; empty if that is where it listens.</summary>
    public ImmutableArray<PeerAddress> Advertise { get; init; } = [];

    /// <summary>Every setting as it is in force.</summary>
    public ImmutableArray<EffectiveSetting> Settings { get; init; } = [];

    /// <summary>Every file by which it is known, or knows others: to its peers, and then to its ledger. Each stands once.</summary>
    public IEnumerable<string> IdentityPaths =>
        (Ledger.Etcd?.Identity is { } shown ? Identity.All.Concat([shown.Certificate, shown.Key, .. shown.Anchors]) : Identity.All)
        .Distinct(StringComparer.Ordinal);

    /// <summary>What to give others as its addresses; empty if it listens on every address of its host and names none.</summary>
    public IEnumerable<PeerAddress> Reached => !Advertise.IsEmpty ? Advertise
        : Listen.Address.Equals(IPAddress.Any) || Listen.Address.Equals(IPAddress.IPv6Any) ? []
        : [PeerAddress.Of(Listen)];

    /// <summary>Where programs of its own host reach it.</summary>
    public IPEndPoint Local => Listen.Address.Equals(IPAddress.Any) ? new IPEndPoint(IPAddress.Loopback, Listen.Port)
        : Listen.Address.Equals(IPAddress.IPv6Any) ? new IPEndPoint(IPAddress.IPv6Loopback, Listen.Port)
        : Listen;

    /// <summary>The contract that the node is there for: what it tells of itself is told under this name.</summary>
    public ContractId Main => Contract?.Contract ?? Tasks!.Runners[0].Contract;
}
