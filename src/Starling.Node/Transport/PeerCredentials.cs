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
    /// <summary>Shows the certificate of a node's keys, and believes authorities.</summary>
    /// <param name="keys">The private key and the chain, the node's own certificate first. They are not kept.</param>
    /// <param name="anchors">DER certificates of the authorities that are trusted, self-signed; at least one.</param>
    /// <exception cref="IdentityException">Nobody is trusted, or an authority's certificate cannot be read.</exception>
    public PeerCredentials(NodeKeys keys, IEnumerable<ImmutableArray<byte>> anchors)
        : this(keys, new TrustTerms(anchors))
    {
    }

    /// <summary>Shows the certificate of a node's keys.</summary>
    /// <param name="keys">The private key and the chain, the node's own certificate first. They are not kept.</param>
    /// <param name="trust">Whom it believes.</param>
    /// <exception cref="IdentityException">Nobody is trusted, or a certificate or a list cannot be used.</exception>
    public PeerCredentials(NodeKeys keys, TrustTerms trust)
        : this(keys.Identity.Id, keys.ToTlsCertificate(), keys.Chain.Skip(1), trust)
    {
    }

    /// <summary>Shows a certificate that others made.</summary>
    /// <param name="node">Who the node is; the others' settings must map the certificate to it, unless it says so itself.</param>
    /// <param name="certificate">The certificate with its private key; it is disposed.</param>
    /// <param name="authorities">DER certificates of the authorities between it and the anchor.</param>
    /// <param name="trust">Whom it believes.</param>
    /// <exception cref="IdentityException">Nobody is trusted, or a certificate or a list cannot be used.</exception>
    public PeerCredentials(NodeId node, X509Certificate2 certificate, IEnumerable<ImmutableArray<byte>> authorities, TrustTerms trust)
    {
        Node = node;
        Trust = trust;
        if (trust.Anchors.IsEmpty)
            throw new IdentityException("No authority is trusted; name at least one.");
        try
        {
            Authorities = TrustedAuthority.All(trust);
            using (certificate)
            {
                // A certificate whose key was never in a file cannot be used for TLS on every platform.
                var portable = X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pkcs12), null);
                Expires = portable.NotAfter.ToUniversalTime();
                Context = SslStreamCertificateContext.Create(
                    portable, [.. authorities.Select(authority => X509CertificateLoader.LoadCertificate(authority.AsSpan()))],
                    offline: true);
            }
        }
        catch (CryptographicException failure)
        {
            throw new IdentityException($"A certificate cannot be read: {failure.Message}", failure);
        }
    }

    /// <summary>The node that the certificate stands for.</summary>
    public NodeId Node { get; }

    /// <summary>When the certificate that is shown expires.</summary>
    public DateTimeOffset Expires { get; }

    /// <summary>How many certificates are revoked, as far as this node knows.</summary>
    public int RevokedCount => Trust.Revocations.Sum(list => list.Count);

    /// <summary>The certificates of the authorities that are trusted, for a client of another node's API.</summary>
    public X509Certificate2Collection TrustedRoots() =>
        [.. Trust.Anchors.Select(anchor => X509CertificateLoader.LoadCertificate(anchor.AsSpan()))];

    /// <summary>Whom the node believes.</summary>
    public TrustTerms Trust { get; }

    internal ImmutableArray<TrustedAuthority> Authorities { get; }

    internal SslStreamCertificateContext Context { get; }

    /// <summary>
    /// Why a node that believes the same would refuse this one: with its own certificate expired or revoked it would be refused by
    /// everyone, and had better say so itself. Null if it would not, or if only others know, such as by their mapping.
    /// </summary>
    public (PeerRefusal Reason, string Sentence)? Objection(DateTimeOffset now)
    {
        var verdict = new PeerTrust(this,
            now).Judge([Context.TargetCertificate.RawData.ToImmutableArray(),
                .. Context.IntermediateCertificates.Select(authority => authority.RawData.ToImmutableArray())]);
        return verdict.Refusal is PeerRefusal.Expired or PeerRefusal.Revoked ? (verdict.Refusal.Value, verdict.Sentence) : null;
    }
}
