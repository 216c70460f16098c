using System.Collections.Immutable;
using System.Security.Cryptography.X509Certificates;
using Starling.Core.Identity;
using Starling.Node.Identity;
using Starling.Node.Transport;

namespace Starling.Bench.Wire;

/// <summary>An authority, and nodes whose certificates it issued.</summary>
internal sealed class BenchmarkTrust : IDisposable
{
    private readonly CertificateAuthority authority = CertificateAuthority.Create("bench.example", TimeProvider.System);

    public ImmutableArray<byte> Anchor => authority.Anchor;

    public static NodeId Id(int node) => NodeId.Create("bench.example", $"clinic-{node:000}", "node");

    public NodeKeys Issue(NodeId node, Roles roles = Roles.Learner) => authority.Issue(node, roles, TimeProvider.System);

    public PeerCredentials Credentials(NodeKeys keys) => new(keys, [Anchor]);

    /// <summary>A certificate that TLS can use on every platform.</summary>
    public X509Certificate2 Certificate(NodeId node)
    {
        using var keys = Issue(node);
        using var certificate = keys.ToTlsCertificate();
        return X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pkcs12), null);
    }

    public void Dispose() => authority.Dispose();
}
