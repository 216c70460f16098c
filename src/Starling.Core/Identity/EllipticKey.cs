using System.Formats.Asn1;
using System.Security.Cryptography;

namespace Starling.Core.Identity;

/// <summary>A key on P-256 or P-384, from its one DER form with an uncompressed point (RFC 5480).</summary>
internal sealed class EllipticKey
{
    private readonly ECParameters parameters;

    private EllipticKey(PublicKey encoded, ECParameters parameters, bool isP256)
    {
        Encoded = encoded;
        IsP256 = isP256;
        this.parameters = parameters;
    }

    public PublicKey Encoded { get; }

    public bool IsP256 { get; }

    // SEQUENCE { SEQUENCE { id-ecPublicKey, prime256v1 }, BIT STRING { 04 x y } } up to the coordinates.
    private static ReadOnlySpan<byte> P256Prefix =>
    [
        0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01,
        0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07, 0x03, 0x42, 0x00, 0x04,
    ];

    // The same with secp384r1.
    private static ReadOnlySpan<byte> P384Prefix =>
    [
        0x30, 0x76, 0x30, 0x10, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01,
        0x06, 0x05, 0x2b, 0x81, 0x04, 0x00, 0x22, 0x03, 0x62, 0x00, 0x04,
    ];

    /// <summary>Reads a SubjectPublicKeyInfo, or gives null. Whether the point lies on the curve shows when it verifies.</summary>
    public static EllipticKey? TryRead(ReadOnlySpan<byte> spki) =>
        TryRead(spki, P256Prefix, ECCurve.NamedCurves.nistP256, 32) ?? TryRead(spki, P384Prefix, ECCurve.NamedCurves.nistP384, 48);

    /// <summary>Reads a SubjectPublicKeyInfo.</summary>
    /// <exception cref="AsnContentException">It is none of these.</exception>
    public static EllipticKey Read(ReadOnlySpan<byte> spki) =>
        TryRead(spki) ?? throw new AsnContentException("Only keys on P-256 and P-384 are read.");

    /// <summary>Imports the key for the platform's verifier, or gives null if its point is not on the curve.</summary>
    public ECDsa? TryImport()
    {
        try
        {
            return ECDsa.Create(parameters);
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    /// <summary>Verifies a signature. Never throws for what the arguments hold.</summary>
    public bool Verify(ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> signature, HashAlgorithmName hash,
        DSASignatureFormat format = DSASignatureFormat.Rfc3279DerSequence)
    {
        using var verifier = TryImport();
        return verifier is not null && Verify(verifier, bytes, signature, hash, format);
    }

    /// <summary>Verifies a signature with an imported key. Never throws for what the arguments hold.</summary>
    public static bool Verify(ECDsa verifier, ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> signature, HashAlgorithmName hash,
        DSASignatureFormat format)
    {
        try
        {
            return verifier.VerifyData(bytes, signature, hash, format);
        }
        catch (CryptographicException)
        {
            return false; // not every platform looks at the point before it verifies
        }
    }

    private static EllipticKey? TryRead(ReadOnlySpan<byte> spki, ReadOnlySpan<byte> prefix, ECCurve curve, int coordinate)
    {
        if (spki.Length != prefix.Length + (2 * coordinate) || !spki.StartsWith(prefix))
            return null;
        var point = spki[prefix.Length..];
        var q = new ECPoint { X = point[..coordinate].ToArray(), Y = point[coordinate..].ToArray() };
        return new EllipticKey(new PublicKey(spki.ToArray()), new ECParameters { Curve = curve, Q = q }, coordinate == 32);
    }
}
