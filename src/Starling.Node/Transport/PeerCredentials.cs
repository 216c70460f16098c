using System.Collections.Immutable;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Starling.Core.Identity;
using Starling.Node.Identity;

namespace Starling.Node.Transport;

/// <summary>What a node shows to others, and whom it believes. Replaced as a whole when a certificate is rotated.</summary>
public sealed class PeerCredentials
{
    /// <summary>Takes a node's keys, which it does not keep, and the trusted roots.</summary>
    /// <param name="keys">The private key and the chain, the node's own certificate first.</param>
    /// <param name="anchors">DER certificates of the authorities that are trusted, self-signed; at least one.</param>
    /// <exception cref="IdentityException">Nobody is trusted, or an authority's certificate cannot be read.</exception>
    public PeerCredentials(NodeKeys keys, IEnumerable<ImmutableArray<byte>> anchors)
    {
        Node = keys.Identity.Id;
        AnchorBytes = [.. anchors];
        if (AnchorBytes.IsEmpty)
            throw new IdentityException("No authority is trusted; name at least one.");
        try
        {
            Anchors = [.. AnchorBytes.Select(anchor => X509CertificateLoader.LoadCertificate(anchor.AsSpan()))];
            var authorities = keys.Chain.Skip(1).Select(authority => X509CertificateLoader.LoadCertificate(authority.AsSpan()));
            using var certificate = keys.ToTlsCertificate();

            // A certificate whose key was never in a file cannot be used for TLS on every platform.
            var portable = X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pkcs12), null);
            Context = SslStreamCertificateContext.Create(portable, [.. authorities], offline: true);
        }
        catch (CryptographicException failure)
        {
            throw new IdentityException($"A certificate cannot be read: {failure.Message}", failure);
        }
    }

    /// <summary>The identity in the certificate.</summary>
    public NodeId Node { get; }

    internal ImmutableArray<X509Certificate2> Anchors { get; }

    internal ImmutableArray<ImmutableArray<byte>> AnchorBytes { get; }

    internal SslStreamCertificateContext Context { get; }
}
