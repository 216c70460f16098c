using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Starling.Core.Identity;

namespace Starling.Node.Identity;

/// <summary>Certificates in PEM files (RFC 7468).</summary>
public static class PemCertificates
{
    private const string Label = "CERTIFICATE";

    /// <summary>Reads all certificates of a file, as DER and in order: one at least.</summary>
    /// <exception cref="IdentityException">The file is missing, is not whole, holds none, or more than
    /// <see cref="X509Certifier.MaxCertificates"/>.</exception>
    public static ImmutableArray<ImmutableArray<byte>> Read(string path) => Parse(WholeFile.Read(path, "a certificate"), path);

    /// <summary>Reads all certificates of a text, as DER and in order: one at least.</summary>
    /// <param name="pem">The text.</param>
    /// <param name="path">Where it came from, for people.</param>
    /// <exception cref="IdentityException">It is not whole, holds none, or more than <see cref="X509Certifier.MaxCertificates"/>.
    /// </exception>
    public static ImmutableArray<ImmutableArray<byte>> Parse(string pem, string path)
    {
        var certificates = Blocks(pem, Label, path);
        if (certificates.Length is 0 or > X509Certifier.MaxCertificates)
            throw new IdentityException($"{path} holds {certificates.Length} certificates in PEM; 1 to {X509Certifier.MaxCertificates} are expected. Name another file.");
        foreach (var (index, der) in certificates.Index())
            if (CertificateDocument.Read(der) is null)
                throw new IdentityException(
                    $"Certificate {index + 1} of {path} cannot be used: it must be X.509 version 3, on the curve P-256 or P-384.");
        return certificates;
    }

    /// <summary>
    /// The certificates of a file as PEM, however many and whatever they are, such as those of authorities on RSA that only the
    /// platform's TLS is asked to believe: one at least.
    /// </summary>
    /// <exception cref="IdentityException">The file is missing, is not whole, or holds none.</exception>
    public static string ReadText(string path) => Text(Any(WholeFile.Read(path, "a certificate"), path));

    /// <summary>Reads a certificate that others made, with its private key, whatever it names.</summary>
    /// <returns>The certificate, which the caller disposes, and the DER authorities that follow it in its file.</returns>
    /// <exception cref="IdentityException">A file is missing or cannot be read, or the two do not fit.</exception>
    public static (X509Certificate2 Certificate, ImmutableArray<ImmutableArray<byte>> Authorities) ReadWithKey(string certificatePath,
        string keyPath)
    {
        var chain = Read(certificatePath);
        var text = WholeFile.Read(keyPath, "the private key");
        try
        {
            using var certificate = X509CertificateLoader.LoadCertificate(chain[0].AsSpan());
            using var key = ECDsa.Create();
            key.ImportFromPem(text);
            return (certificate.CopyWithPrivateKey(key), chain[1..]);
        }
        catch (Exception e) when (e is ArgumentException or CryptographicException)
        {
            throw new IdentityException(
                $"{keyPath} is not the private key of {certificatePath}; name the two files that were made together.", e);
        }
    }

    /// <summary>When a certificate expires.</summary>
    public static DateTimeOffset Expiry(ImmutableArray<byte> der)
    {
        using var certificate = X509CertificateLoader.LoadCertificate(der.AsSpan());
        return certificate.NotAfter.ToUniversalTime();
    }

    /// <summary>The host names and IP addresses that a certificate names.</summary>
    public static ImmutableArray<string> Hosts(ImmutableArray<byte> der)
    {
        using var certificate = X509CertificateLoader.LoadCertificate(der.AsSpan());
        var names = certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>().ToList();
        return [.. names.SelectMany(name => name.EnumerateDnsNames()),
            .. names.SelectMany(name => name.EnumerateIPAddresses()).Select(address => address.ToString())];
    }

    /// <summary>When the first certificate of a file expires, whatever it is; null if there is none that can be read.</summary>
    public static DateTimeOffset? FindExpiry(string path)
    {
        try
        {
            return Expiry(Any(WholeFile.Read(path, "a certificate"), path)[0]);
        }
        catch (Exception e) when (e is IdentityException or CryptographicException)
        {
            return null;
        }
    }

    /// <summary>A certificate's subject, for people.</summary>
    public static string Subject(ImmutableArray<byte> der)
    {
        using var certificate = X509CertificateLoader.LoadCertificate(der.AsSpan());
        return certificate.Subject;
    }

    /// <summary>The bytes of a file of certificates or of a key, at most 1 MiB.</summary>
    /// <exception cref="IdentityException">It is missing or cannot be read.</exception>
    public static byte[] Bytes(string path) => Encoding.UTF8.GetBytes(WholeFile.Read(path, "an identity"));

    /// <summary>The certificates of a text, as DER: one at least, and whatever they are.</summary>
    internal static ImmutableArray<ImmutableArray<byte>> Any(string pem, string path) => Blocks(pem, Label, path) is [_, ..] found
        ? found : throw new IdentityException($"{path} holds no certificate in PEM; name another file.");

    /// <summary>The bytes of all blocks with a label, in order.</summary>
    /// <exception cref="IdentityException">One is not whole.</exception>
    internal static ImmutableArray<ImmutableArray<byte>> Blocks(string pem, string label, string path) =>
        PemText.Blocks(pem, label) ?? throw new IdentityException(PemText.NotWhole(path));

    /// <summary>Certificates as the text of a PEM file.</summary>
    public static string Text(IEnumerable<ImmutableArray<byte>> certificates)
    {
        var text = new StringBuilder();
        foreach (var certificate in certificates)
            text.Append(PemEncoding.Write(Label, certificate.AsSpan())).Append('\n');
        return text.ToString();
    }
}
