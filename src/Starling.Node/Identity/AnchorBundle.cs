using System.Collections.Immutable;
using System.Security.Cryptography.X509Certificates;
using Starling.Core.Identity;

namespace Starling.Node.Identity;

/// <summary>The certificates of several authorities, for <c>identity.anchors</c>.</summary>
public static class AnchorBundle
{
    /// <summary>Writes the authorities of several files into one, as <see cref="Read"/> reads them.</summary>
    /// <returns>The trust domains, in the file's order.</returns>
    /// <exception cref="IdentityException">A certificate cannot be trusted so, there are too many, or a file cannot be
    /// read or written.</exception>
    public static ImmutableArray<string> Write(IEnumerable<string> files, string output, TimeProvider clock)
    {
        var anchors = Read(files, clock);
        if (anchors.Length > X509Certifier.MaxCertificates)
            throw new IdentityException(
                $"{anchors.Length} authorities are too many for one file, which holds {X509Certifier.MaxCertificates}; write several, and name each in 'identity.anchors'.");
        WholeFile.Write(output, PemCertificates.Text(anchors.Select(anchor => anchor.Certificate)));
        return [.. anchors.Select(anchor => anchor.TrustDomain)];
    }

    /// <summary>
    /// Reads files. Each certificate must be an authority's that names its trust domain, signed by itself and not expired; one that stands
    /// twice is taken once.
    /// </summary>
    /// <exception cref="IdentityException">A certificate cannot be trusted so, or a file cannot be read.</exception>
    public static ImmutableArray<(string TrustDomain, ImmutableArray<byte> Certificate)> Read(
        IEnumerable<string> files, TimeProvider clock) =>
    [
        .. files.SelectMany(file => PemCertificates.Read(file).Select(der => (file, der)))
            .DistinctBy(each => Convert.ToHexString(each.der.AsSpan())).Select(each => (Check(each.file, each.der, clock), each.der)),
    ];

    /// <summary>The authorities of a text, however many, as the texts of as many files as hold them.</summary>
    /// <param name="pem">The text.</param>
    /// <param name="source">Where it came from, for people.</param>
    /// <exception cref="IdentityException">It is not whole, or holds none.</exception>
    public static ImmutableArray<string> Files(string pem, string source) =>
        [.. PemCertificates.Any(pem, source).Chunk(X509Certifier.MaxCertificates).Select(PemCertificates.Text)];

    private static string Check(string file, ImmutableArray<byte> der, TimeProvider clock)
    {
        var document = CertificateDocument.Read(der)!;
        if (!document.IsAuthority || document.TrustDomain is not { } domain)
            throw new IdentityException($"{file} has a certificate that is no authority of a trust domain; leave it out.");
        if (!document.Signed(document))
            throw new IdentityException(
                $"{file} has an authority of {domain} that did not sign itself; take the one at the top of its chain.");
        using var certificate = X509CertificateLoader.LoadCertificate(der.AsSpan());
        return clock.GetUtcNow().UtcDateTime <= certificate.NotAfter.ToUniversalTime()
            ? domain
            : throw new IdentityException(
                $"{file} has an authority of {domain} that expired on {certificate.NotAfter:yyyy-MM-dd}; ask for its new certificate.");
    }
}
