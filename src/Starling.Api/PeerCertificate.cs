using System.Formats.Asn1;
using System.Globalization;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Starling.Api;

/// <summary>
/// Judges a server's certificate: whether it is the expected node's, or some node's if none is expected, vouched for by a trust
/// anchor of its trust domain.
/// </summary>
internal static class PeerCertificate
{
    private const string SubjectAlternativeName = "2.5.29.17", Scheme = "spiffe://";
    private static readonly Asn1Tag Uri = new(TagClass.ContextSpecific, 6);

    /// <summary>Why not to go on with the connection, a sentence with the remedy; null if nothing speaks against it.</summary>
    public static string? Objection(string? node, X509Certificate2Collection anchors, X509Certificate? certificate, X509Chain? presented,
        SslPolicyErrors errors)
    {
        if (certificate is not X509Certificate2 leaf || errors.HasFlag(SslPolicyErrors.RemoteCertificateNotAvailable))
            return "it shows no certificate; check the address.";
        // As among nodes, an authority vouches for its own trust domain alone. One that names none is whoever's it was given for.
        var shown = SpiffeId(leaf);
        X509Certificate2[] fitting =
            [.. anchors.Where(anchor => shown is null || DomainOf(SpiffeId(anchor)) is not { } domain || domain == DomainOf(shown))];
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(fitting);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.DisableCertificateDownloads = true;
        if (presented is not null)
            foreach (var element in presented.ChainElements)
                chain.ChainPolicy.ExtraStore.Add(element.Certificate);
        var isSound = chain.Build(leaf);
        var whose = shown ?? leaf.Subject;
        if (DateTime.Now < leaf.NotBefore || DateTime.Now > leaf.NotAfter)
            return string.Create(CultureInfo.InvariantCulture,
                $"the certificate of {whose} is valid from {leaf.NotBefore.ToUniversalTime():yyyy-MM-dd HH:mm:ss}Z to {leaf.NotAfter.ToUniversalTime():yyyy-MM-dd HH:mm:ss}Z; renew it there, or check the clocks.");
        if (!isSound)
            return $"no authority{(fitting.Length < anchors.Count ? $" of {DomainOf(shown)}" : "")} that you trust vouches for the certificate of {whose}, which {leaf.Issuer} issued; name its authority among your anchors, if you trust it.";
        if (shown is null)
            return $"the certificate of {whose} names no node; its one URI must be spiffe://trust-domain/organisation/node.";
        return node is null || shown == node
            ? null
            : $"it is {shown}, and {node} was meant; correct the address, or whom you expect there.";
    }

    /// <summary>The same where the certificate that is meant is at hand.</summary>
    public static string? Objection(X509Certificate2 meant, X509Certificate? certificate) =>
        certificate is not X509Certificate2 leaf ? "it shows no certificate; check the address."
            : leaf.RawDataMemory.Span.SequenceEqual(meant.RawDataMemory.Span) ? null
            : $"it shows the certificate of {SpiffeId(leaf) ?? leaf.Subject} with the serial number {leaf.SerialNumber}, and that of {SpiffeId(meant) ?? meant.Subject} with {meant.SerialNumber} was meant, which its settings name; correct the address, or the settings.";

    private static string? DomainOf(string? spiffeId) =>
        spiffeId is not null && spiffeId.StartsWith(Scheme, StringComparison.Ordinal) ? spiffeId[Scheme.Length..].Split('/')[0] : null;

    private static string? SpiffeId(X509Certificate2 certificate)
    {
        var extension = certificate.Extensions[SubjectAlternativeName];
        if (extension is null)
            return null;
        try
        {
            var names = new AsnReader(extension.RawData, AsnEncodingRules.DER).ReadSequence();
            while (names.HasData)
            {
                if (names.PeekTag().HasSameClassAndValue(Uri))
                    return names.ReadCharacterString(UniversalTagNumber.IA5String, Uri);
                names.ReadEncodedValue();
            }

            return null;
        }
        catch (Exception e) when (e is AsnContentException or CryptographicException)
        {
            return null;
        }
    }
}
