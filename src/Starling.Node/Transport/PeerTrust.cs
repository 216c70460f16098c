using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography.X509Certificates;
using Starling.Core.Identity;

namespace Starling.Node.Transport;

/// <summary>
/// Judges the certificate of the other end. TLS itself lets every certificate pass, so that both sides can say in words what is wrong; nothing but
/// a refusal is sent or read before <see cref="PeerVerdict.Demand"/>. System stores, the network and revocation lists are never asked.
/// </summary>
internal sealed class PeerTrust(PeerCredentials own, DateTimeOffset now)
{
    private static readonly X509Certifier Certifier = new();

    /// <summary>How the chain is built. Session resumption must be off as well: a resumed session would not show its certificate again.</summary>
    public X509ChainPolicy Policy()
    {
        var policy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
            DisableCertificateDownloads = true,
            VerificationTime = now.UtcDateTime,
        };
        policy.CustomTrustStore.AddRange(own.Anchors.ToArray());
        return policy;
    }

    /// <summary>Judges what a handshake brought.</summary>
    /// <param name="presented">The other's certificate, if it had one.</param>
    /// <param name="chain">Built with <see cref="Policy"/>.</param>
    public PeerVerdict Judge(X509Certificate? presented, X509Chain? chain)
    {
        if (presented is not X509Certificate2 certificate)
            return PeerVerdict.Refused(PeerRefusal.NoCertificate, "No certificate was presented; every node and every client needs one.");
        var document = CertificateDocument.Read([.. certificate.RawDataMemory.Span]);
        var subject = document?.Node?.Value ?? PeerText.Clean(certificate.Subject);
        if (chain is null || !EndsAtAnchor(chain))
            return PeerVerdict.Refused(PeerRefusal.UnknownAuthority,
                $"No trusted authority vouches for the certificate of {subject}; it was issued by {PeerText.Clean(certificate.Issuer)}.");
        if (OutOfTime(certificate, $"The certificate of {subject}") is { } outOfTime)
            return outOfTime;
        foreach (var element in chain.ChainElements.Skip(1))
            if (OutOfTime(element.Certificate, $"The authority {PeerText.Clean(element.Certificate.Subject)}, which vouches for {subject},") is { } old)
                return old;
        if (chain.ChainStatus.Length != 0)
            return PeerVerdict.Refused(PeerRefusal.UnfitCertificate,
                $"The certificate of {subject} cannot be used here: {string.Join(", ", chain.ChainStatus.Select(status => status.Status))}.");
        if (document?.Node is not { } node)
            return PeerVerdict.Refused(PeerRefusal.NoSpiffeId,
                $"The certificate of {subject} does not name a node; its one URI must be spiffe://trust-domain/organisation/node, and its key on the curve P-256.");
        if (Certifier.Certify(own.AnchorBytes, [.. chain.ChainElements.Select(element => ImmutableArray.Create(element.Certificate.RawData))])?.Node != node)
            return PeerVerdict.Refused(PeerRefusal.UnknownAuthority,
                $"No trusted authority of the trust domain {node.TrustDomain} vouches for the certificate of {subject}.");
        return new PeerVerdict(node, certificate.NotAfter.ToUniversalTime(), null, "");
    }

    private bool EndsAtAnchor(X509Chain chain)
    {
        const X509ChainStatusFlags Unknown = X509ChainStatusFlags.UntrustedRoot | X509ChainStatusFlags.PartialChain
            | X509ChainStatusFlags.NotSignatureValid | X509ChainStatusFlags.Cyclic;
        if (chain.ChainElements.Count == 0 || chain.ChainStatus.Any(status => (status.Status & Unknown) != 0))
            return false;
        var root = chain.ChainElements[^1].Certificate.RawDataMemory.Span;
        foreach (var anchor in own.Anchors)
            if (anchor.RawDataMemory.Span.SequenceEqual(root))
                return true;
        return false;
    }

    private PeerVerdict? OutOfTime(X509Certificate2 certificate, string whose)
    {
        if (now.UtcDateTime < certificate.NotBefore.ToUniversalTime())
            return PeerVerdict.Refused(PeerRefusal.NotYetValid,
                $"{whose} is not valid before {Written(certificate.NotBefore)}; it is {Written(now.UtcDateTime)} here. Check the clocks.");
        if (now.UtcDateTime > certificate.NotAfter.ToUniversalTime())
            return PeerVerdict.Refused(PeerRefusal.Expired,
                $"{whose} expired at {Written(certificate.NotAfter)}; it is {Written(now.UtcDateTime)} here. Issue a new one.");
        return null;
    }

    private static string Written(DateTime time) => time.ToUniversalTime().ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
