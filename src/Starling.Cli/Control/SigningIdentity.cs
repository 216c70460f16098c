using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Starling.Api;
using Starling.Cli.Terminal;
using Starling.Core.Contracts;
using Starling.Core.Identity;
using Starling.Core.Ledger;
using PublicKey = Starling.Core.Identity.PublicKey;

namespace Starling.Cli.Control;

/// <summary>As whom the user acts. The private key never leaves the process.</summary>
internal sealed class SigningIdentity : IDisposable
{
    private readonly ECDsa key;
    private readonly PublicKey publicKey;

    private SigningIdentity(X509Certificate2 certificate, ECDsa key, ImmutableArray<ImmutableArray<byte>> chain,
        CertificateDocument document)
    {
        (Certificate, this.key, Chain, publicKey) = (certificate, key, chain, document.Key);
        Id = document.Node!.Value;
    }

    /// <summary>The SPIFFE ID.</summary>
    public NodeId Id { get; }

    /// <summary>The certificate with its private key, for TLS.</summary>
    public X509Certificate2 Certificate { get; }

    /// <summary>DER certificates, the user's own first, then those between it and an anchor.</summary>
    public ImmutableArray<ImmutableArray<byte>> Chain { get; }

    /// <summary>How a contract knows the user as its admin.</summary>
    public Enrolment Enrolment => new(Id, LeaderEligible: false, Chain);

    /// <summary>Reads PEM files.</summary>
    /// <exception cref="CommandException">One is missing or damaged, or they do not fit.</exception>
    public static SigningIdentity Load(string certificateFile, string keyFile)
    {
        var chain = CertificateFiles.Read(certificateFile);
        if (CertificateDocument.Read(chain[0]) is not { Node: not null } document)
            throw new CommandException(ExitCode.Identity,
                $"{certificateFile} names nobody; its one URI must be spiffe://trust-domain/organisation/name.");
        try
        {
            var certificate = X509Certificate2.CreateFromPemFile(certificateFile, keyFile);
            return new SigningIdentity(certificate, certificate.GetECDsaPrivateKey() ?? throw Unfit(certificateFile, keyFile, null), chain,
                document);
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException or IOException or UnauthorizedAccessException)
        {
            throw Unfit(certificateFile, keyFile, e);
        }
    }

    /// <summary>An entry with the user's signature, as a ledger stores it.</summary>
    public byte[] Sign(EntryBody body)
    {
        var bytes = body.Encode();
        var signature = key.SignData(bytes, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
        LowS.Normalise(signature);
        return new SignedEntry(bytes, publicKey, signature).Encode();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        key.Dispose();
        Certificate.Dispose();
    }

    private static CommandException Unfit(string certificateFile, string keyFile, Exception? cause) =>
        new(ExitCode.Identity,
            $"{keyFile} is not the private key of {certificateFile}, or cannot be read; name the two files that were issued together.",
            cause);
}
