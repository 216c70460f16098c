using System.Collections.Immutable;
using System.Security.Cryptography.X509Certificates;
using Starling.Core.Identity;

namespace Starling.Node.Identity;

/// <summary>The certificates of several authorities in one file, for <c>identity.anchors</c>.</summary>
public static class AnchorBundle
{
    /// <summary>
    /// Writes a bundle. Each certificate must be an authority's that names its trust domain, signed by itself and not expired; one that
    /// stands twice is taken once.
    /// </summary>
    /// <returns>The trust domains, in the file's order.</returns>
    /// <exception cref="IdentityException">A certificate cannot be trusted so, there are too many, or a file cannot be
    /// read or written.</exception>
    public static ImmutableArray<string> Write(IEnumerable<string> files, string output, TimeProvider clock)
    {
        var domains = ImmutableArray.CreateBuilder<string>();
        var anchors = new List<ImmutableArray<byte>>();
        foreach (var file in files)
            foreach (var der in PemCertificates.Read(file)
                .Where(der => !anchors.Any(anchor => anchor.AsSpan().SequenceEqual(der.AsSpan()))))
            {
                anchors.Add(der);
                domains.Add(Check(file, der, clock));
            }

        if (anchors.Count > X509Certifier.MaxCertificates)
            throw new IdentityException(
                $"{anchors.Count} authorities are too many for one file, which holds {X509Certifier.MaxCertificates}; write several, and name each in 'identity.anchors'.");
        WholeFile.Write(output, PemCertificates.Text(anchors));
        return domains.ToImmutable();
    }

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
