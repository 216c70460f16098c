using Starling.Core.Identity;
using Starling.Node.Transport.Wire;

namespace Starling.Node.Transport;

/// <summary>What a proven peer said in its hello.</summary>
internal sealed record Greeting(NodeId Peer, ConnectionKind Kind, ulong Instance);
