using System.Collections.Immutable;
using System.Globalization;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Starling.Core.Identity;

namespace Starling.Node.Transport;

/// <summary>
/// Judges the certificate of the other end. TLS itself lets every certificate pass, so that both sides can say in words what is wrong;
/// nothing but a refusal is sent or read before <see cref="PeerVerdict.Demand"/>. System stores and the network are never asked.
/// </summary>
internal sealed class PeerTrust(PeerCredentials own, DateTimeOffset now)
{
    /// <summary>
    /// How the chain is built. Session resumption must be off as well: a resumed session would not show its certificate again.
    /// </summary>
    public X509ChainPolicy Policy()
    {
        var policy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
            DisableCertificateDownloads = true,
            VerificationTime = now.UtcDateTime,
        };
        policy.CustomTrustStore.AddRange(own.Authorities.Select(authority => authority.Certificate).ToArray());
        return policy;
    }

    /// <summary>Secures a connection from the side that dials: mutual TLS 1.3.</summary>
    /// <param name="stream">Over the connection.</param>
    /// <param name="protocol">What is to be spoken.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>What is to be thought of the other's certificate.</returns>
    public async Task<PeerVerdict> DialAsync(SslStream stream, SslApplicationProtocol protocol, CancellationToken cancellation)
    {
        var verdict = Judge(null, null);
#pragma warning disable CA5359 // Every certificate passes TLS, so that a bad one can be refused in words.
        await stream.AuthenticateAsClientAsync(
            new SslClientAuthenticationOptions
            {
                TargetHost = "",
                EnabledSslProtocols = SslProtocols.Tls13,
                ApplicationProtocols = [protocol],
                ClientCertificateContext = own.Context,
                CertificateChainPolicy = Policy(),
                AllowTlsResume = false,
                RemoteCertificateValidationCallback = (_, certificate, chain, _) =>
                {
                    verdict = Judge(certificate, chain);
                    return true;
                },
            },
            cancellation);
#pragma warning restore CA5359
        return verdict;
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
        if (chain is null || Root(chain) is not { } root)
            return PeerVerdict.Refused(PeerRefusal.UnknownAuthority,
                $"No trusted authority vouches for the certificate of {subject}; it was issued by {PeerText.Clean(certificate.Issuer)}.");
        if (OutOfTime(certificate, $"The certificate of {subject}") is { } outOfTime)
            return outOfTime;
        foreach (var element in chain.ChainElements.Skip(1))
            if (OutOfTime(element.Certificate,
                $"The authority {PeerText.Clean(element.Certificate.Subject)}, which vouches for {subject},") is { } old)
                return old;
        if (chain.ChainStatus.Length != 0)
            return PeerVerdict.Refused(PeerRefusal.UnfitCertificate,
                $"The certificate of {subject} cannot be used here: {string.Join(", ", chain.ChainStatus.Select(status => status.Status))}.");
        ImmutableArray<ImmutableArray<byte>> shown =
            [.. chain.ChainElements.Select(element => ImmutableArray.Create(element.Certificate.RawData))];
        if (Revoked(shown, root, subject) is { } revoked)
            return revoked;
        var verdict = new PeerNaming(own.Trust, root, shown, subject).Judge(document);
        return verdict.Refusal is null
            ? verdict with { Expires = certificate.NotAfter.ToUniversalTime(), Shown = shown, JudgedBy = own }
            : verdict;
    }

    /// <summary>
    /// Judges once more who was let in before. Keys are shown at a handshake alone; what is believed of them may have changed.
    /// </summary>
    public PeerVerdict Review(PeerVerdict earlier)
    {
        var verdict = Judge(earlier.Shown);
        return verdict.Refusal is null && verdict.Node != earlier.Node
            ? PeerVerdict.Refused(PeerRefusal.WrongNode, $"The certificate of {earlier.Node} now stands for {verdict.Node}; connect anew.")
            : verdict;
    }

    /// <summary>Judges certificates outside of a handshake.</summary>
    /// <param name="shown">DER, the holder's first.</param>
    public PeerVerdict Judge(ImmutableArray<ImmutableArray<byte>> shown)
    {
        using var chain = new X509Chain { ChainPolicy = Policy() };
        foreach (var authority in shown.Skip(1))
            chain.ChainPolicy.ExtraStore.Add(X509CertificateLoader.LoadCertificate(authority.AsSpan()));
        using var certificate = X509CertificateLoader.LoadCertificate(shown[0].AsSpan());
        chain.Build(certificate);
        return Judge(certificate, chain);
    }

    private TrustedAuthority? Root(X509Chain chain)
    {
        const X509ChainStatusFlags Unknown = X509ChainStatusFlags.UntrustedRoot | X509ChainStatusFlags.PartialChain
            | X509ChainStatusFlags.NotSignatureValid | X509ChainStatusFlags.Cyclic;
        if (chain.ChainElements.Count == 0 || chain.ChainStatus.Any(status => (status.Status & Unknown) != 0))
            return null;
        var root = chain.ChainElements[^1].Certificate;
        return own.Authorities.FirstOrDefault(authority => authority.Is(root.RawDataMemory.Span));
    }

    private static PeerVerdict? Revoked(ImmutableArray<ImmutableArray<byte>> shown, TrustedAuthority root, string subject)
    {
        foreach (var (place, der) in shown.Index())
            if (CertificateDocument.Read(der) is { } document
                && root.Revocations.Select(list => list.Since(document)).FirstOrDefault(since => since is not null) is { } since)
                return PeerVerdict.Refused(PeerRefusal.Revoked,
                    place == 0
                        ? $"The certificate of {subject} was revoked by its authority at {Written(since.UtcDateTime)}. Have a new one issued, for a new key; contracts that have enrolled the old key take that under a new name alone."
                    : $"An authority that vouches for the certificate of {subject} was revoked at {Written(since.UtcDateTime)}. Have a new one issued by another.");
        return null;
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
