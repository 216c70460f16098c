using System.Collections.Immutable;
using Starling.Core.Identity;
using Starling.Node.Transport;

namespace Starling.Node.Options;

/// <summary>Where a peer is reached.</summary>
/// <param name="Node">The peer.</param>
/// <param name="Addresses">Where it listens, the preferred one first.</param>
public sealed record KnownPeer(NodeId Node, ImmutableArray<PeerAddress> Addresses);
