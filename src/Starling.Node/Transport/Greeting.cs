using Starling.Core.Identity;
using Starling.Node.Transport.Wire;

namespace Starling.Node.Transport;

/// <summary>What a proven peer said in its hello.</summary>
/// <param name="Peer">Who it is.</param>
/// <param name="Kind">What the connection is for.</param>
/// <param name="Instance">Drawn when its process started.</param>
/// <param name="Version">The version of the protocol that both speak on this connection.</param>
internal sealed record Greeting(NodeId Peer, ConnectionKind Kind, ulong Instance, uint Version);
