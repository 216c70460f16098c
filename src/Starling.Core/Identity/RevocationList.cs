using System.Collections.Immutable;
using System.Formats.Asn1;
using System.Security.Cryptography;

namespace Starling.Core.Identity;

/// <summary>
/// An authority's list of certificates that it revoked (RFC 5280, section 5): version 2, DER, ECDSA. Read by hand, like certificates; a
/// list with critical extensions, which would limit what it speaks of, is none. It knows no clock: a list that is past its next update
/// still revokes what it names.
/// </summary>
public sealed class RevocationList
{
    /// <summary>The largest list, in bytes.</summary>
    public const int MaxBytes = 1 << 20;

    /// <summary>The most certificates of a list.</summary>
    public const int MaxEntries = 8192;

    private readonly ReadOnlyMemory<byte> signedPart, signature;
    private readonly HashAlgorithmName hash;
    private readonly byte[] issuer;
    private readonly ImmutableSortedDictionary<string, DateTimeOffset> revoked;

    private RevocationList(ReadOnlyMemory<byte> der)
    {
        var document = new AsnReader(der, AsnEncodingRules.DER);
        var parts = document.ReadSequence();
        document.ThrowIfNotEmpty();
        signedPart = parts.PeekEncodedValue();
        var body = parts.ReadSequence();
        hash = CertificateDocument.ReadHash(parts.ReadSequence());
        signature = parts.ReadBitString(out var unused);
        parts.ThrowIfNotEmpty();
        if (unused != 0 || body.ReadInteger() != 1 || CertificateDocument.ReadHash(body.ReadSequence()) != hash)
            throw new AsnContentException("Only version 2 is read, under the algorithm that it names.");
        issuer = body.ReadEncodedValue().ToArray();
        Issued = ReadTime(body);
        if (IsTime(body))
            NextUpdate = ReadTime(body);
        revoked = body.HasData && body.PeekTag().HasSameClassAndValue(Asn1Tag.Sequence)
            ? ReadEntries(body.ReadSequence())
            : ImmutableSortedDictionary<string, DateTimeOffset>.Empty;
        if (body.HasData)
        {
            var outer = body.ReadSequence(new Asn1Tag(TagClass.ContextSpecific, 0));
            DemandPassing(outer.ReadSequence());
            outer.ThrowIfNotEmpty();
        }

        body.ThrowIfNotEmpty();
    }

    /// <summary>When the list was made.</summary>
    public DateTimeOffset Issued { get; }

    /// <summary>When the authority means to have made the next one; null if it does not say.</summary>
    public DateTimeOffset? NextUpdate { get; }

    /// <summary>How many certificates it names.</summary>
    public int Count => revoked.Count;

    /// <summary>The serial numbers of the certificates that it names, in hexadecimal digits.</summary>
    public IEnumerable<string> Serials => revoked.Keys;

    /// <summary>Reads a list.</summary>
    /// <returns>Null if the bytes are none, or use what Starling does not read.</returns>
    public static RevocationList? Read(ImmutableArray<byte> der)
    {
        if (der.IsDefaultOrEmpty || der.Length > MaxBytes)
            return null;
        try
        {
            return new RevocationList(der.AsMemory());
        }
        catch (Exception malformed) when (malformed is AsnContentException or ArgumentException)
        {
            return null;
        }
    }

    /// <summary>Whether the list is this authority's, and it may sign such lists.</summary>
    public bool SignedBy(CertificateDocument authority) =>
        authority.MaySignLists && authority.Signed(issuer, signedPart.Span, signature.Span, hash);

    /// <summary>Since when a certificate of the list's authority is revoked; null if it is not, or is another authority's.</summary>
    public DateTimeOffset? Since(CertificateDocument certificate) =>
        certificate.WasIssuedBy(issuer) && revoked.TryGetValue(certificate.Serial, out var since) ? since : null;

    private static ImmutableSortedDictionary<string, DateTimeOffset> ReadEntries(AsnReader list)
    {
        var entries = ImmutableSortedDictionary.CreateBuilder<string, DateTimeOffset>(StringComparer.Ordinal);
        while (list.HasData)
        {
            var entry = list.ReadSequence();
            entries.TryAdd(CertificateDocument.ReadSerial(entry), ReadTime(entry));
            if (entries.Count > MaxEntries)
                throw new AsnContentException("The list has too many entries.");
            if (entry.HasData)
                DemandPassing(entry.ReadSequence());
            entry.ThrowIfNotEmpty();
        }

        return entries.ToImmutable();
    }

    // Reasons, invalidity dates and the list's number change nothing here. What is critical might.
    private static void DemandPassing(AsnReader extensions)
    {
        while (extensions.HasData)
        {
            var extension = extensions.ReadSequence();
            extension.ReadObjectIdentifier();
            if (extension.PeekTag().HasSameClassAndValue(Asn1Tag.Boolean) && extension.ReadBoolean())
                throw new AsnContentException("A critical extension is not understood.");
            extension.ReadOctetString();
            extension.ThrowIfNotEmpty();
        }
    }

    private static bool IsTime(AsnReader reader) => reader.HasData
        && (reader.PeekTag().HasSameClassAndValue(Asn1Tag.UtcTime) || reader.PeekTag().HasSameClassAndValue(Asn1Tag.GeneralizedTime));

    private static DateTimeOffset ReadTime(AsnReader reader) =>
        reader.PeekTag().HasSameClassAndValue(Asn1Tag.UtcTime) ? reader.ReadUtcTime() : reader.ReadGeneralizedTime();
}
