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
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, true));
        request.CertificateExtensions.Add(Names([$"spiffe://{trustDomain}"]));
        var now = DateTimeOffset.UtcNow;
        Certificate = request.CreateSelfSigned(now.AddYears(-10), now.AddYears(10));
    }

    public X509Certificate2 Certificate { get; }

    /// <summary>
    /// Issues a certificate for these URIs, valid for so many days from and to now; without roles, it has no extension for them.
    /// </summary>
    public X509Certificate2 Issue(string[] uris, int fromDays = -1, int toDays = 1, bool authority = false, string? purpose = null,
        Roles roles = Roles.Learner, string? host = null)
    {
        using var own = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=node", own, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(authority, false, 0, true));
        request.CertificateExtensions.Add(Names(uris, host));
        if (roles != Roles.None)
            request.CertificateExtensions.Add(new X509Extension(RoleExtension.Oid, RoleExtension.Encode(roles), critical: false));
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
        return new PeerCredentials(keys, Trust(others));
    }

    /// <summary>Trusts this authority and others.</summary>
    public TrustTerms Trust(params TestAuthority[] others) =>
        new([[.. Certificate.RawData], .. others.Select(other => other.Certificate.RawData.ToImmutableArray())]);

    /// <summary>Lists certificates as revoked two days ago.</summary>
    public RevocationList Revoke(params X509Certificate2[] certificates) => RevocationList.Read([.. List(certificates)])!;

    /// <summary>The same list as a file has it.</summary>
    public string RevokePem(params X509Certificate2[] certificates) => PemEncoding.WriteString("X509 CRL", List(certificates));

    private byte[] List(X509Certificate2[] certificates)
    {
        var list = new CertificateRevocationListBuilder();
        var now = DateTimeOffset.UtcNow;
        foreach (var certificate in certificates)
            list.AddEntry(certificate, now.AddDays(-2));
        var named = X509AuthorityKeyIdentifierExtension.CreateFromIssuerNameAndSerialNumber(Certificate.SubjectName,
            Certificate.SerialNumberBytes.Span);
        return list.Build(Certificate.SubjectName, X509SignatureGenerator.CreateForECDsa(key), 1, now.AddDays(9), HashAlgorithmName.SHA256,
            named);
    }

    // By hand: the builder would put a slash after a trust domain.
    private static X509Extension Names(string[] uris, string? host = null)
    {
        var names = new AsnWriter(AsnEncodingRules.DER);
        var outer = names.PushSequence();
        foreach (var uri in uris)
            names.WriteCharacterString(UniversalTagNumber.IA5String, uri, new Asn1Tag(TagClass.ContextSpecific, 6));
        if (host is not null)
            names.WriteCharacterString(UniversalTagNumber.IA5String, host, new Asn1Tag(TagClass.ContextSpecific, 2));
        outer.Dispose();
        return new X509Extension("2.5.29.17", names.Encode(), critical: false);
    }
}
