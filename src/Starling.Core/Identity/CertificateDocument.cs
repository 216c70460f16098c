using System.Collections.Immutable;
using System.Formats.Asn1;
using System.Security.Cryptography;

namespace Starling.Core.Identity;

/// <summary>
/// What Starling reads of an X.509 certificate (RFC 5280): version 3, DER, an elliptic-curve key and signature. It is read by hand, and
/// the same on every machine: validity dates, revocation and what an operating system trusts play no part.
/// </summary>
public sealed class CertificateDocument
{
    /// <summary>The largest certificate, in bytes.</summary>
    public const int MaxBytes = 16 << 10;

    private readonly ReadOnlyMemory<byte> signedPart, signature;
    private readonly HashAlgorithmName hash;
    private readonly byte[] issuer, subject;
    private readonly EllipticKey key;
    private readonly CertificateExtensions extensions;

    private CertificateDocument(ReadOnlyMemory<byte> der)
    {
        var document = new AsnReader(der, AsnEncodingRules.DER);
        var parts = document.ReadSequence();
        document.ThrowIfNotEmpty();
        signedPart = parts.PeekEncodedValue();
        var body = parts.ReadSequence();
        hash = ReadHash(parts.ReadSequence());
        signature = parts.ReadBitString(out var unused);
        parts.ThrowIfNotEmpty();

        var version = body.ReadSequence(new Asn1Tag(TagClass.ContextSpecific, 0));
        if (unused != 0 || version.ReadInteger() != 2)
            throw new AsnContentException("Only version 3 is read.");
        version.ThrowIfNotEmpty();
        Serial = ReadSerial(body);
        if (ReadHash(body.ReadSequence()) != hash)
            throw new AsnContentException("Two signature algorithms are named.");
        issuer = body.ReadEncodedValue().ToArray();
        body.ReadSequence(); // validity: there is no clock here
        subject = body.ReadEncodedValue().ToArray();
        key = EllipticKey.Read(body.ReadEncodedValue().Span);
        var outer = body.ReadSequence(new Asn1Tag(TagClass.ContextSpecific, 3));
        body.ThrowIfNotEmpty();
        extensions = new CertificateExtensions(outer.ReadSequence());
        outer.ThrowIfNotEmpty();
    }

    /// <summary>The serial number, in hexadecimal; unique among its issuer's.</summary>
    public string Serial { get; }

    /// <summary>The key that the certificate vouches for.</summary>
    public PublicKey Key => key.Encoded;

    /// <summary>Whether this is an authority that may sign certificates.</summary>
    public bool IsAuthority => extensions.IsAuthority && extensions.MayCertify;

    /// <summary>How many further authorities may stand between this one and a node, or null for any number.</summary>
    public int? PathLength => extensions.PathLength;

    /// <summary>
    /// The node that the certificate names: no authority, P-256, with one SPIFFE ID as its only URI. Null if it names none.
    /// </summary>
    public NodeId? Node =>
        !extensions.IsAuthority && extensions.MaySign && key.IsP256 && NodeId.TryParse(extensions.Uri, out var node) ? node : null;

    /// <summary>The roles that the certificate gives its holder; none if it names none, or one that is not known.</summary>
    public Roles Roles => extensions.Roles;

    /// <summary>The trust domain that an authority names by <c>spiffe://trust-domain</c> as its only URI, or null.</summary>
    public string? TrustDomain => extensions.TrustDomain;

    /// <summary>The only URI of the certificate, whatever it names; null if there is none or more than one.</summary>
    public string? Uri => extensions.Uri;

    /// <summary>The host names of the certificate, as they stand there.</summary>
    public ImmutableArray<string> HostNames => extensions.HostNames;

    /// <summary>Whether an authority may sign lists of revoked certificates.</summary>
    internal bool MaySignLists => extensions.IsAuthority && extensions.MaySignLists;

    /// <summary>Whether the authority names anything at all by a URI.</summary>
    public bool HasUri => extensions.UriCount > 0;

    /// <summary>Reads a certificate.</summary>
    /// <returns>Null if the bytes are none, or use what Starling does not read; unknown critical extensions are that too.</returns>
    public static CertificateDocument? Read(ImmutableArray<byte> der)
    {
        if (der.IsDefaultOrEmpty || der.Length > MaxBytes)
            return null;
        try
        {
            return new CertificateDocument(der.AsMemory());
        }
        catch (AsnContentException)
        {
            return null;
        }
    }

    /// <summary>Whether this certificate's key signed the other one, and its subject is the other one's issuer.</summary>
    public bool Signed(CertificateDocument other) => Signed(other.issuer, other.signedPart.Span, other.signature.Span, other.hash);

    /// <summary>Whether this certificate's key signed these bytes, and its subject is who they say issued them.</summary>
    internal bool Signed(ReadOnlySpan<byte> by, ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> under, HashAlgorithmName with) =>
        subject.AsSpan().SequenceEqual(by) && key.Verify(bytes, under, with);

    /// <summary>Whether the certificate names this issuer, a DER name.</summary>
    internal bool WasIssuedBy(ReadOnlySpan<byte> name) => issuer.AsSpan().SequenceEqual(name);

    internal static string ReadSerial(AsnReader reader) => Convert.ToHexStringLower(reader.ReadIntegerBytes().Span);

    internal static HashAlgorithmName ReadHash(AsnReader algorithm)
    {
        var name = algorithm.ReadObjectIdentifier();
        algorithm.ThrowIfNotEmpty();
        return name switch
        {
            "1.2.840.10045.4.3.2" => HashAlgorithmName.SHA256,
            "1.2.840.10045.4.3.3" => HashAlgorithmName.SHA384,
            "1.2.840.10045.4.3.4" => HashAlgorithmName.SHA512,
            _ => throw new AsnContentException("Only ECDSA with SHA-2 is read."),
        };
    }
}
