using System.Collections.Immutable;
using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Starling.Core.Identity;
using Starling.Node.Identity;
using Starling.Node.Transport;

namespace Starling.Node.Tests.Transport;

/// <summary>A small authority whose certificates can have every fault that the transport must name.</summary>
internal sealed class TestAuthority
{
    private readonly ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public TestAuthority(string name, string trustDomain = "example.org")
    {
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, true));
        request.CertificateExtensions.Add(Names([$"spiffe://{trustDomain}"]));
        var now = DateTimeOffset.UtcNow;
        Certificate = request.CreateSelfSigned(now.AddYears(-10), now.AddYears(10));
    }

    public X509Certificate2 Certificate { get; }

    /// <summary>Issues a certificate for these URIs, valid for so many days from and to now.</summary>
    public X509Certificate2 Issue(string[] uris, int fromDays = -1, int toDays = 1, bool authority = false, string? purpose = null)
    {
        using var own = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=node", own, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(authority, false, 0, true));
        request.CertificateExtensions.Add(Names(uris));
        if (purpose is not null)
            request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(purpose)], true));
        var now = DateTimeOffset.UtcNow;
        using var bare = request.Create(Certificate, now.AddDays(fromDays), now.AddDays(toDays), RandomNumberGenerator.GetBytes(8));
        using var whole = bare.CopyWithPrivateKey(own);
        return X509CertificateLoader.LoadPkcs12(whole.Export(X509ContentType.Pkcs12), null);
    }

    /// <summary>The credentials of a node of this authority, which believes this one and the others.</summary>
    public PeerCredentials Credentials(NodeId node, params TestAuthority[] others) => Credentials(Issue([node.Value]), others);

    public PeerCredentials Credentials(X509Certificate2 certificate, params TestAuthority[] others)
    {
        using var keys = NodeKeys.Create(certificate.GetECDsaPrivateKey()!, [[.. certificate.RawData]]);
        return new PeerCredentials(keys, [[.. Certificate.RawData], .. others.Select(other => other.Certificate.RawData.ToImmutableArray())]);
    }

    // By hand: the builder would put a slash after a trust domain.
    private static X509Extension Names(string[] uris)
    {
        var names = new AsnWriter(AsnEncodingRules.DER);
        using (names.PushSequence())
            foreach (var uri in uris)
                names.WriteCharacterString(UniversalTagNumber.IA5String, uri, new Asn1Tag(TagClass.ContextSpecific, 6));
        return new X509Extension("2.5.29.17", names.Encode(), critical: false);
    }
}
