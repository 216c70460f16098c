using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Starling.Node.Identity;

/// <summary>
/// A request for a certificate (PKCS #10, RFC 2986), so that a key is made on its host and never travels. It brings a key and the proof
/// that its sender has the private half; who the sender is and may do, the authority says.
/// </summary>
public static class SigningRequest
{
    /// <summary>Makes a key and a request for it, and writes both; only the owner may read the key.</summary>
    /// <exception cref="IdentityException">A file cannot be written, or there is a key already.</exception>
    public static void Write(string requestPath, string keyPath)
    {
        if (File.Exists(keyPath))
            throw new IdentityException($"There is a key in {keyPath} already, and it is not replaced; name another folder, or delete it if nothing was certified for it.");
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        WholeFile.WriteSecret(keyPath, key.ExportPkcs8PrivateKeyPem() + "\n");
        WholeFile.Write(requestPath, new CertificateRequest("CN=starling", key, HashAlgorithmName.SHA256).CreateSigningRequestPem() + "\n");
    }

    /// <summary>Reads a request.</summary>
    /// <returns>The public key, on P-256; the caller disposes it.</returns>
    /// <exception cref="IdentityException">It is none, its proof is wrong, or its key is of another kind.</exception>
    public static ECDsa Read(string path)
    {
        var text = WholeFile.Read(path, "a request for a certificate");
        try
        {
            var key = CertificateRequest.LoadSigningRequestPem(text, HashAlgorithmName.SHA256).PublicKey.GetECDsaPublicKey();
            if (key is { KeySize: 256 })
                return key;
            key?.Dispose();
        }
        catch (Exception e) when (e is ArgumentException or CryptographicException)
        {
            throw new IdentityException($"{path} is no request for a certificate whose proof holds; make one with 'starling ca request'.",
                e);
        }

        throw new IdentityException($"The key of {path} is not on the curve P-256; make one with 'starling ca request'.");
    }
}
