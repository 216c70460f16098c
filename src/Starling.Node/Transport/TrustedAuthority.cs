using System.Collections.Immutable;
using System.Security.Cryptography.X509Certificates;
using Starling.Core.Identity;
using Starling.Node.Identity;

namespace Starling.Node.Transport;

/// <summary>An authority that is trusted, with the revocations that hold for what it vouches for.</summary>
/// <param name="Certificate">Its certificate.</param>
/// <param name="Document">The same, read.</param>
/// <param name="IsAnchor">Whether it vouches for its trust domain. Otherwise it vouches for mapped host names alone.</param>
/// <param name="Revocations">Lists that it signed, or another authority of its trust domain: its key may have been replaced.</param>
internal sealed record TrustedAuthority(X509Certificate2 Certificate, CertificateDocument Document, bool IsAnchor,
    ImmutableArray<RevocationList> Revocations)
{
    /// <summary>All authorities that terms name, anchors first.</summary>
    /// <exception cref="IdentityException">One cannot be read, or a list of revoked certificates is none of theirs.</exception>
    public static ImmutableArray<TrustedAuthority> All(TrustTerms trust)
    {
        var known = trust.Anchors.Select(der => Read(der, isAnchor: true))
            .Concat(trust.Mapped.OfType<MappedHost>()
                .Where(host => !trust.Anchors.Any(anchor => anchor.AsSpan().SequenceEqual(host.Authority.AsSpan())))
                .DistinctBy(host => Convert.ToHexString(host.Authority.AsSpan())).Select(host => Read(host.Authority, isAnchor: false)))
            .ToImmutableArray();
        foreach (var (place, list) in trust.Revocations.Index())
            if (!known.Any(authority => list.SignedBy(authority.Document)))
                throw new IdentityException($"The list of revoked certificates number {place + 1} was signed by no authority that is trusted here; take it from the authority itself.");
        return [.. known.Select(authority => authority with
        {
            Revocations =
                [.. trust.Revocations.Where(list => known.Any(signer => list.SignedBy(signer.Document) && authority.Heeds(signer)))],
        })];
    }

    /// <summary>Whether this is the certificate.</summary>
    public bool Is(ReadOnlySpan<byte> der) => Certificate.RawDataMemory.Span.SequenceEqual(der);

    private bool Heeds(TrustedAuthority signer) => signer.Is(Certificate.RawDataMemory.Span)
        || (IsAnchor && signer.IsAnchor && Document.TrustDomain is { } domain && signer.Document.TrustDomain == domain);

    private static TrustedAuthority Read(ImmutableArray<byte> der, bool isAnchor) => CertificateDocument.Read(der) is { } document
        ? new TrustedAuthority(X509CertificateLoader.LoadCertificate(der.AsSpan()), document, isAnchor, [])
        : throw new IdentityException(
            "A trusted authority's certificate cannot be read; it must be X.509 version 3, on the curve P-256 or P-384.");
}
