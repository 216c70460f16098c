namespace Starling.Core.Identity;

/// <summary>Who a certificate speaks of, and the key that it vouches for.</summary>
public sealed record CertifiedIdentity(NodeId Node, PublicKey Key);
