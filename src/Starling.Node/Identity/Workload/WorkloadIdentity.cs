using System.Collections.Immutable;
using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Starling.Core.Configuration;
using Starling.Core.Identity;
using Starling.Node.Identity.Workload.Wire;

namespace Starling.Node.Identity.Workload;

/// <summary>What the Workload API issued to this process: a certificate with its key, and the authorities that are to be trusted.</summary>
/// <param name="SpiffeId">The SPIFFE ID, of whatever path.</param>
/// <param name="Chain">DER certificates, the own one first.</param>
/// <param name="Key">The private key, PKCS #8.</param>
/// <param name="Anchors">The authorities of its trust domain and of those that are federated with it, DER.</param>
public sealed record WorkloadIdentity(string SpiffeId, ImmutableArray<ImmutableArray<byte>> Chain, ImmutableArray<byte> Key,
    ImmutableArray<ImmutableArray<byte>> Anchors)
{
    private const int MaxCertificates = 32;

    /// <summary>The certificate with its private key, for TLS. The caller disposes it.</summary>
    /// <exception cref="IdentityException">They do not fit.</exception>
    public X509Certificate2 ToTlsCertificate()
    {
        try
        {
            using var certificate = X509CertificateLoader.LoadCertificate(Chain[0].AsSpan());
            using var key = ECDsa.Create();
            key.ImportPkcs8PrivateKey(Key.AsSpan(), out _);
            return certificate.CopyWithPrivateKey(key);
        }
        catch (Exception e) when (e is ArgumentException or CryptographicException)
        {
            throw new IdentityException($"What the Workload API issued to {SpiffeId} cannot be used: its key must be on an elliptic curve and fit its certificate.", e);
        }
    }

    /// <summary>Takes an answer apart.</summary>
    /// <exception cref="IdentityException">It gives no identity, or certificates that cannot be read.</exception>
    internal static WorkloadIdentity Read(X509SVIDResponse answer)
    {
        if (answer.Svids.Count == 0)
            throw new IdentityException("The Workload API gives this process no identity; register it with the SPIRE server.");
        var svid = answer.Svids[0];
        var chain = Split(svid.X509Svid.Memory);
        if (chain.IsEmpty || CertificateDocument.Read(chain[0]) is not { } own)
            throw new IdentityException(
                "The Workload API gives a certificate that cannot be read; it must be X.509 version 3, on the curve P-256 or P-384.");
        if (svid.SpiffeId.Length == 0 || own.Uri != svid.SpiffeId)
            throw new IdentityException($"The Workload API gives a certificate {(own.Uri is { } other ? $"with the SPIFFE ID {Mistake.Shorten(other)}" : "without a SPIFFE ID")}, and says that it is of '{Mistake.Shorten(svid.SpiffeId)}'; look into the SPIRE agent's log.");
        ImmutableArray<ImmutableArray<byte>> anchors =
            [.. Split(svid.Bundle.Memory),
                .. answer.FederatedBundles.OrderBy(bundle => bundle.Key, StringComparer.Ordinal)
                    .SelectMany(bundle => Split(bundle.Value.Memory))];
        return new WorkloadIdentity(svid.SpiffeId, chain, [.. svid.X509SvidKey.Span], anchors);
    }

    // A DER value says its own length, so several can stand one after the other.
    private static ImmutableArray<ImmutableArray<byte>> Split(ReadOnlyMemory<byte> bytes)
    {
        var certificates = ImmutableArray.CreateBuilder<ImmutableArray<byte>>();
        try
        {
            while (!bytes.IsEmpty)
            {
                var next = new AsnReader(bytes, AsnEncodingRules.DER).PeekEncodedValue();
                certificates.Add([.. next.Span]);
                bytes = bytes[next.Length..];
                if (certificates.Count > MaxCertificates)
                    throw new IdentityException($"The Workload API gives more than {MaxCertificates} certificates in one place.");
            }
        }
        catch (AsnContentException e)
        {
            throw new IdentityException("The Workload API gives certificates that are not DER.", e);
        }

        return certificates.ToImmutable();
    }
}
