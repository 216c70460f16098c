namespace Starling.Core.Identity;

/// <summary>Who a certificate speaks of, the key that it vouches for, and what the holder is there for.</summary>
public sealed record CertifiedIdentity(NodeId Node, PublicKey Key, Roles Roles);
