using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Starling.Core.Identity;
using Starling.Node.Transport;

namespace Starling.Node.Tests.Transport;

/// <summary>A small authority whose certificates can have every fault that the transport must name.</summary>
internal sealed class TestAuthority
{
    private readonly ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public TestAuthority(string name)
    {
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, true));
        var now = DateTimeOffset.UtcNow;
        Certificate = request.CreateSelfSigned(now.AddYears(-10), now.AddYears(10));
    }

    public X509Certificate2 Certificate { get; }

    /// <summary>Issues a certificate for these URIs, valid for so many days from and to now.</summary>
    public X509Certificate2 Issue(string[] uris, int fromDays = -1, int toDays = 1, bool authority = false)
    {
        using var own = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=node", own, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(authority, false, 0, true));
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("node.example");
        foreach (var uri in uris)
            names.AddUri(new Uri(uri));
        request.CertificateExtensions.Add(names.Build());
        var now = DateTimeOffset.UtcNow;
        using var bare = request.Create(Certificate, now.AddDays(fromDays), now.AddDays(toDays), RandomNumberGenerator.GetBytes(8));
        using var whole = bare.CopyWithPrivateKey(own);
        return X509CertificateLoader.LoadPkcs12(whole.Export(X509ContentType.Pkcs12), null);
    }

    public PeerCredentials Credentials(NodeId node, params TestAuthority[] others) =>
        new(Issue([node.Value]), [], [Certificate, .. others.Select(other => other.Certificate)]);
}
