using System.Collections.Immutable;

namespace Starling.Core.Identity;

/// <summary>
/// Checks a chain of X.509 certificates. An authority vouches only for its own trust domain: an anchor names it by
/// <c>spiffe://trust-domain</c> in its subject alternative name, so that the authorities of several organisations can be trusted side by
/// side and none can speak for another. Dates and revocation play no part: they are entries of the ledger.
/// </summary>
public sealed class X509Certifier : ICertifier
{
    /// <summary>The most certificates of a chain. Anchors are the reader's own, or an entry's, which holds as many.</summary>
    public const int MaxCertificates = 8;

    /// <inheritdoc/>
    public CertifiedIdentity? Certify(ImmutableArray<ImmutableArray<byte>> anchors, ImmutableArray<ImmutableArray<byte>> chain)
    {
        if (anchors.IsDefault || chain.IsDefaultOrEmpty || chain.Length > MaxCertificates
            || CertificateDocument.Read(chain[0]) is not { Node: { } node } leaf)
            return null;
        var trusted = anchors.Select(CertificateDocument.Read).OfType<CertificateDocument>()
            .Where(a => a.TrustDomain == node.TrustDomain).ToList();
        var current = leaf;
        for (var below = 0; ; below++)
        {
            if (trusted.Any(anchor => Vouches(anchor, current, below)))
                return new CertifiedIdentity(node, leaf.Key, leaf.Roles);
            if (below + 1 == chain.Length || CertificateDocument.Read(chain[below + 1]) is not { } next || !Vouches(next, current, below)
                || (next.HasUri && next.TrustDomain != node.TrustDomain))
                return null;
            current = next;
        }
    }

    private static bool Vouches(CertificateDocument authority, CertificateDocument subject, int authoritiesBelow) =>
        authority.IsAuthority && (authority.PathLength is not { } length || length >= authoritiesBelow) && authority.Signed(subject);
}
