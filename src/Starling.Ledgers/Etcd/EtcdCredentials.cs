using System.Collections.Immutable;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Starling.Core.Identity;

namespace Starling.Ledgers.Etcd;

/// <summary>
/// A client's certificate and its anchors, as its files hold them now. They are read again for a new connection if a file has changed, so
/// that certificates rotate.
/// </summary>
internal sealed class EtcdCredentials
{
    private const int MaxFileBytes = 1 << 20;

    private readonly EtcdIdentityFiles files;
    private readonly Lock gate = new();
    private State state;

    /// <summary>Reads the files.</summary>
    /// <exception cref="LedgerUnavailableException">One is missing or cannot be used.</exception>
    public EtcdCredentials(EtcdIdentityFiles files)
    {
        this.files = files;
        var stamps = Stamps();
        state = Read(stamps);
    }

    /// <summary>What a new connection to a host is made with: TLS 1.3 or 1.2, both sides with certificates.</summary>
    public SslClientAuthenticationOptions For(string host)
    {
        var current = Current();
        return new SslClientAuthenticationOptions
        {
            TargetHost = host,
            EnabledSslProtocols = System.Security.Authentication.SslProtocols.Tls12 | System.Security.Authentication.SslProtocols.Tls13,
            ClientCertificateContext = current.Context,
            RemoteCertificateValidationCallback =
                (_, certificate, chain, _) => IsTrusted(current, host, certificate as X509Certificate2, chain),
        };
    }

    // A half-written file, or two that do not fit yet, must not end a connection that the old ones can still make.
    private State Current()
    {
        lock (gate)
        {
            var stamps = Stamps();
            if (!stamps.SequenceEqual(state.Stamps))
                try
                {
                    state = Read(stamps);
                }
                catch (LedgerUnavailableException)
                {
                    // The next connection looks again.
                }

            return state;
        }
    }

    private ImmutableArray<DateTime> Stamps() =>
        [.. files.Anchors.Prepend(files.Key).Prepend(files.Certificate).Select(File.GetLastWriteTimeUtc)];

    private State Read(ImmutableArray<DateTime> stamps)
    {
        var anchors = new X509Certificate2Collection();
        foreach (var anchor in files.Anchors)
            anchors.AddRange(Certificates(Text(anchor), anchor));
        if (anchors.Count == 0)
            throw new LedgerUnavailableException("No authority of etcd's members is trusted; name at least one in the ledger's anchors.");
        var certificate = Text(files.Certificate);
        var chain = Certificates(certificate, files.Certificate);
        var key = Text(files.Key);
        try
        {
            using var paired = X509Certificate2.CreateFromPem(certificate, key);

            // A certificate whose key was never in a store cannot be used for TLS on every platform.
            var portable = X509CertificateLoader.LoadPkcs12(paired.Export(X509ContentType.Pkcs12), null);
            chain.RemoveAt(0);
            return new State(stamps, SslStreamCertificateContext.Create(portable, chain, offline: true), anchors,
                [.. anchors.Select(a => ImmutableArray.Create(a.RawData))]);
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            throw new LedgerUnavailableException(
                $"{files.Key} is not the private key of {files.Certificate}; name the two files that were issued together.", e);
        }
    }

    // The host must be named in the certificate: any node has one of these authorities, and none but a member's names a host. Where an
    // authority speaks for a trust domain, it vouches for that one alone.
    private static bool IsTrusted(State state, string host, X509Certificate2? certificate, X509Chain? received)
    {
        if (certificate is null || !certificate.MatchesHostname(host, allowCommonName: false))
            return false;
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(state.Anchors);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.DisableCertificateDownloads = true;
        chain.ChainPolicy.ApplicationPolicy.Add(new Oid("1.3.6.1.5.5.7.3.1"));
        if (received is not null)
            foreach (var element in received.ChainElements.Skip(1))
                chain.ChainPolicy.ExtraStore.Add(element.Certificate);
        if (!chain.Build(certificate))
            return false;
        var shown = chain.ChainElements.Select(element => ImmutableArray.Create(element.Certificate.RawData)).ToImmutableArray();
        return CertificateDocument.Read(shown[^1])?.TrustDomain is null
            || new X509Certifier().Certify(state.AnchorBytes, shown) is not null;
    }

    private static X509Certificate2Collection Certificates(string pem, string path)
    {
        var found = PemText.Blocks(pem, "CERTIFICATE") ?? throw new LedgerUnavailableException(PemText.NotWhole(path));
        var certificates = new X509Certificate2Collection();
        try
        {
            foreach (var der in found)
                certificates.Add(X509CertificateLoader.LoadCertificate(der.AsSpan()));
        }
        catch (CryptographicException e)
        {
            throw new LedgerUnavailableException($"{path} holds no readable certificate in PEM; name another file.", e);
        }

        return certificates.Count > 0
            ? certificates
            : throw new LedgerUnavailableException($"{path} holds no certificate in PEM; name another file.");
    }

    private static string Text(string path)
    {
        try
        {
            return new FileInfo(path).Length <= MaxFileBytes
                ? File.ReadAllText(path)
                : throw new LedgerUnavailableException($"{path} is too large for a certificate or key; name another file.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new LedgerUnavailableException($"Cannot read {path} for the ledger ({e.Message.TrimEnd('.')}); issue it with 'starling ca issue', or name another file.", e);
        }
    }

    private sealed record State(ImmutableArray<DateTime> Stamps, SslStreamCertificateContext Context, X509Certificate2Collection Anchors,
        ImmutableArray<ImmutableArray<byte>> AnchorBytes);
}
