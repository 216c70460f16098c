using System.Collections.Immutable;
using System.Net;
using Starling.Core.Identity;

namespace Starling.Daemon.Configuration;

/// <summary>Where a peer is reached.</summary>
/// <param name="Node">The peer.</param>
/// <param name="Addresses">Where it listens, the preferred one first; at least one.</param>
public sealed record PeerAddress(NodeId Node, ImmutableArray<DnsEndPoint> Addresses);
