using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Starling.Core.Identity;
using Starling.Core.Kernel;
using PublicKey = Starling.Core.Identity.PublicKey;

namespace Starling.Node.Identity;

/// <summary>A node's private key, with the certificates that vouch for it.</summary>
public sealed class NodeKeys : IDisposable
{
    private readonly ECDsa key;

    private NodeKeys(ECDsa key, ImmutableArray<ImmutableArray<byte>> chain, NodeIdentity identity)
    {
        this.key = key;
        Chain = chain;
        Identity = identity;
        Signer = new NodeSigner(key);
    }

    /// <summary>Who the certificate speaks of, and its public key.</summary>
    public NodeIdentity Identity { get; }

    /// <summary>DER certificates, the node's own first, then the authorities between it and the anchor, if there are any.</summary>
    public ImmutableArray<ImmutableArray<byte>> Chain { get; }

    /// <summary>Signs with the private key.</summary>
    public NodeSigner Signer { get; }

    /// <summary>Joins a key and its certificates.</summary>
    /// <param name="key">The private key; it is disposed with the result, and at once if this fails.</param>
    /// <param name="chain">DER certificates, the node's own first.</param>
    /// <exception cref="IdentityException">They do not fit, or the certificate names no node.</exception>
    public static NodeKeys Create(ECDsa key, ImmutableArray<ImmutableArray<byte>> chain) =>
        Create(key, chain, "The certificate", "the private key");

    /// <summary>Reads PEM files.</summary>
    /// <param name="certificatePath">The node's certificate, followed by the authorities between it and the anchor.</param>
    /// <param name="keyPath">The private key, not encrypted (PKCS #8 or SEC 1).</param>
    /// <exception cref="IdentityException">A file is missing or cannot be read, or the two do not fit.</exception>
    public static NodeKeys Load(string certificatePath, string keyPath)
    {
        var chain = PemCertificates.Read(certificatePath);
        var text = WholeFile.Read(keyPath, "the private key");
        var key = ECDsa.Create();
        try
        {
            key.ImportFromPem(text);
        }
        catch (Exception e) when (e is ArgumentException or CryptographicException)
        {
            key.Dispose();
            throw new IdentityException(
                $"{keyPath} holds no readable elliptic-curve private key in PEM; issue a new one with 'starling ca issue'.", e);
        }

        return Create(key, chain, certificatePath, keyPath);
    }

    /// <summary>Writes PEM files, each whole or not at all; only the owner may read the key.</summary>
    /// <exception cref="IdentityException">A file cannot be written.</exception>
    public void Save(string certificatePath, string keyPath)
    {
        WholeFile.WriteSecret(keyPath, key.ExportPkcs8PrivateKeyPem() + "\n");
        WholeFile.Write(certificatePath, PemCertificates.Text(Chain));
    }

    /// <summary>The node's certificate with its private key, for TLS. The caller disposes it.</summary>
    public X509Certificate2 ToTlsCertificate()
    {
        using var certificate = X509CertificateLoader.LoadCertificate(Chain[0].AsSpan());
        return certificate.CopyWithPrivateKey(key);
    }

    /// <inheritdoc/>
    public void Dispose() => key.Dispose();

    private static NodeKeys Create(ECDsa key, ImmutableArray<ImmutableArray<byte>> chain, string certificateName, string keyName)
    {
        try
        {
            if (key.KeySize != 256 || !HasPrivatePart(key))
                throw new IdentityException($"{keyName} is no private key on the curve P-256; issue one with 'starling ca issue'.");
            if (chain.IsDefaultOrEmpty || CertificateDocument.Read(chain[0]) is not { Node: { } node } certificate)
                throw new IdentityException(
                    $"{certificateName} names no node; its one URI must be spiffe://trust-domain/organisation/node.");
            if (!certificate.Key.Equals(new PublicKey(key.ExportSubjectPublicKeyInfo())))
                throw new IdentityException(
                    $"{keyName} is not the key of {certificateName}; name the two files that were issued together.");
            return new NodeKeys(key, chain, new NodeIdentity(node, certificate.Key));
        }
        catch
        {
            key.Dispose();
            throw;
        }
    }

    private static bool HasPrivatePart(ECDsa key)
    {
        try
        {
            CryptographicOperations.ZeroMemory(key.ExportECPrivateKey());
            return true;
        }
        catch (CryptographicException)
        {
            return false;
        }
    }
}
