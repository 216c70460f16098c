using System.Collections.Immutable;

namespace Starling.Core.Identity;

/// <summary>
/// Checks a certificate chain against the trust anchors that a ledger's entry 0 names. A pure function: it knows no clock and no
/// configuration, so that every node answers alike at every time.
/// </summary>
public interface ICertifier
{
    /// <summary>Whose key the chain certifies, and in which roles, or null if no anchor vouches for it.</summary>
    /// <param name="anchors">DER certificates of the authorities.</param>
    /// <param name="chain">DER certificates, the leaf first.</param>
    CertifiedIdentity? Certify(ImmutableArray<ImmutableArray<byte>> anchors, ImmutableArray<ImmutableArray<byte>> chain);
}
