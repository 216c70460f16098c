using System.Collections.Immutable;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Starling.Core.Identity;

namespace Starling.Node.Transport;

/// <summary>What a node shows to others, and whom it believes. Replaced as a whole when a certificate is rotated.</summary>
public sealed class PeerCredentials
{
    /// <summary>Takes a certificate with its private key, the authorities between it and its root, and the trusted roots.</summary>
    /// <param name="certificate">Carries one SPIFFE ID and has its private key.</param>
    /// <param name="intermediates">Authorities between it and its root; sent along to peers.</param>
    /// <param name="anchors">Self-signed certificates of the authorities that are trusted, at least one.</param>
    /// <exception cref="ArgumentException">The certificate cannot identify a node, or nobody is trusted.</exception>
    public PeerCredentials(X509Certificate2 certificate, IEnumerable<X509Certificate2> intermediates, IEnumerable<X509Certificate2> anchors)
    {
        if (!certificate.HasPrivateKey)
            throw new ArgumentException("The node's certificate comes without its private key.", nameof(certificate));
        if (!SpiffeCertificate.TryReadNode(certificate, out var node))
            throw new ArgumentException("The node's certificate does not carry exactly one SPIFFE ID of a node.", nameof(certificate));
        Node = node;
        Anchors = [.. anchors];
        if (Anchors.IsEmpty)
            throw new ArgumentException("No authority is trusted; name at least one.", nameof(anchors));
        Context = SslStreamCertificateContext.Create(certificate, [.. intermediates], offline: true);
    }

    /// <summary>The identity in the certificate.</summary>
    public NodeId Node { get; }

    /// <summary>The authorities that are trusted.</summary>
    public ImmutableArray<X509Certificate2> Anchors { get; }

    internal SslStreamCertificateContext Context { get; }
}
