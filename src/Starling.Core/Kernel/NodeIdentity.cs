using Starling.Core.Identity;

namespace Starling.Core.Kernel;

/// <summary>Who a node is: its name, and the public half of the key that it signs with.</summary>
public sealed record NodeIdentity(NodeId Id, PublicKey Key);
