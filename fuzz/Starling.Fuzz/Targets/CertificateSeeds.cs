using System.Formats.Asn1;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Starling.Core.Identity;

namespace Starling.Fuzz.Targets;

/// <summary>
/// Certificates of the form that <c>CertificateDocument</c> reads, the same in every run: their keys and signatures are no real ones.
/// </summary>
internal static class CertificateSeeds
{
    /// <summary>Extensions that mean something: constraints, usage, names, extended usage, names that are constrained, and roles.</summary>
    public static readonly string[] ExtensionNames =
        ["2.5.29.19", "2.5.29.15", "2.5.29.17", "2.5.29.37", "2.5.29.30", "2.5.29.14", RoleExtension.Oid];

    /// <summary>ECDSA with SHA-256, SHA-384 and SHA-512, and one that is not read.</summary>
    public static readonly string[] Algorithms =
        ["1.2.840.10045.4.3.2", "1.2.840.10045.4.3.3", "1.2.840.10045.4.3.4", "1.2.840.113549.1.1.11"];

    private static readonly Asn1Tag Uri = new(TagClass.ContextSpecific, 6);

    /// <summary>Those of <see cref="All"/> that are certificates.</summary>
    public static IReadOnlyList<CertificateDocument> Documents { get; } =
        [.. All().Select(bytes => CertificateDocument.Read(ImmutableCollectionsMarshal.AsImmutableArray(bytes)))
            .OfType<CertificateDocument>()];

    public static IEnumerable<byte[]> All()
    {
        yield return Certificate(0, ECCurve.NamedCurves.nistP256, [Constraints(false, null), Usage(0x80), Names("spiffe://a/b/c")]);
        yield return Certificate(1, ECCurve.NamedCurves.nistP384, [Constraints(true, 2), Usage(0x04), Names("spiffe://a")]);
        yield return Certificate(2, ECCurve.NamedCurves.nistP256,
            [Constraints(true, null), Names("spiffe://a", "spiffe://b"), Empty("2.5.29.37")]);
        yield return Certificate(0, ECCurve.NamedCurves.nistP256, []);
        yield return Certificate(0, ECCurve.NamedCurves.nistP256, [Empty("2.5.29.14"), Empty("2.5.29.30")]);
        yield return Certificate(0, ECCurve.NamedCurves.nistP256, [.. Enumerable.Range(0, 34).Select(i => Empty($"2.5.30.{i}"))]);
        yield return Certificate(0, ECCurve.NamedCurves.nistP256, [Names([.. Enumerable.Repeat("x", 65)])]);
        yield return Certificate(0, ECCurve.NamedCurves.nistP256, [Constraints(false, 2), Usage(0x01)]);
        yield return Certificate(0, ECCurve.NamedCurves.nistP256, [Constraints(true, -1)]);
        yield return Certificate(0, ECCurve.NamedCurves.nistP256,
            [Constraints(true, 0), Extension("2.5.29.15", false, value => value.WriteBitString([]))]);
        yield return Certificate(0, ECCurve.NamedCurves.nistP256, [Names([.. Enumerable.Repeat(new string('x', 300), 60)])]);
        yield return Certificate(0, ECCurve.NamedCurves.nistP256, [Constraints(true, 0), Usage(0x02), Names("spiffe://a")]);
        yield return Certificate(0, ECCurve.NamedCurves.nistP256,
            [Names("spiffe://a/b/c"), RolesOf(false, RoleExtension.Encode(Roles.Learner | Roles.Admin))]);
        yield return Certificate(0, ECCurve.NamedCurves.nistP256,
            [Names("spiffe://a/b/c"), RolesOf(true, RoleExtension.Encode(Roles.Learner))]);
        yield return Certificate(0, ECCurve.NamedCurves.nistP256,
            [Names("spiffe://a/b/c"), RolesOf(false, [0x30, 0x03, 0x0c, 0x01, 0x78])]);
        yield return [];
        yield return Certificate(3, ECCurve.NamedCurves.nistP256, []);
    }

    /// <summary>An object identifier's DER.</summary>
    public static byte[] Identifier(string name)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        writer.WriteObjectIdentifier(name);
        return writer.Encode();
    }

    private static byte[] Certificate(int algorithm, ECCurve curve, Action<AsnWriter>[] extensions)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            using (writer.PushSequence())
            {
                using (writer.PushSequence(new Asn1Tag(TagClass.ContextSpecific, 0)))
                    writer.WriteInteger(2);
                writer.WriteInteger(1);
                Algorithm(writer, algorithm);
                WriteEmpty(writer); // issuer
                WriteEmpty(writer); // validity
                WriteEmpty(writer); // subject
                writer.WriteEncodedValue(Key(curve));
                using (writer.PushSequence(new Asn1Tag(TagClass.ContextSpecific, 3)))
                using (writer.PushSequence())
                    foreach (var extension in extensions)
                        extension(writer);
            }

            Algorithm(writer, algorithm);
            writer.WriteBitString([0x30, 0x06, 0x02, 0x01, 0x01, 0x02, 0x01, 0x01]);
        }

        return writer.Encode();
    }

    /// <summary>A sequence of nothing.</summary>
    public static void WriteEmpty(AsnWriter writer)
    {
        using (writer.PushSequence())
            return;
    }

    /// <summary>The name of a signature's algorithm, by its number in <see cref="Algorithms"/>.</summary>
    public static void Algorithm(AsnWriter writer, int algorithm)
    {
        using (writer.PushSequence())
            writer.WriteObjectIdentifier(Algorithms[algorithm]);
    }

    private static byte[] Key(ECCurve curve)
    {
        using var key = ECDsa.Create(curve);
        var bytes = key.ExportSubjectPublicKeyInfo();
        // The point is replaced, so that the seeds are the same in every run; whether it is on the curve is not asked
        // when a certificate is read.
        var point = curve.Oid.Value == ECCurve.NamedCurves.nistP256.Oid.Value ? 64 : 96;
        bytes.AsSpan(bytes.Length - point).Fill(7);
        return bytes;
    }

    private static Action<AsnWriter> Constraints(bool isAuthority, int? length) => Extension("2.5.29.19", true, value =>
    {
        using (value.PushSequence())
        {
            if (isAuthority)
                value.WriteBoolean(true);
            if (length is { } most)
                value.WriteInteger(most);
        }
    });

    private static Action<AsnWriter> Usage(byte bits) =>
        Extension("2.5.29.15", true, value => value.WriteBitString([bits], System.Numerics.BitOperations.TrailingZeroCount(bits)));

    private static Action<AsnWriter> Names(params string[] uris) => Extension("2.5.29.17", false, value =>
    {
        using (value.PushSequence())
        {
            value.WriteCharacterString(UniversalTagNumber.IA5String, "x", new Asn1Tag(TagClass.ContextSpecific, 2));
            foreach (var uri in uris)
                value.WriteCharacterString(UniversalTagNumber.IA5String, uri, Uri);
        }
    });

    private static Action<AsnWriter> Empty(string name) => Extension(name, false, WriteEmpty);

    private static Action<AsnWriter> RolesOf(bool isCritical, byte[] value) => Extension(RoleExtension.Oid, isCritical, value);

    private static Action<AsnWriter> Extension(string name, bool isCritical, Action<AsnWriter> write)
    {
        var value = new AsnWriter(AsnEncodingRules.DER);
        write(value);
        return Extension(name, isCritical, value.Encode());
    }

    private static Action<AsnWriter> Extension(string name, bool isCritical, byte[] value) => writer =>
    {
        using (writer.PushSequence())
        {
            writer.WriteObjectIdentifier(name);
            if (isCritical)
                writer.WriteBoolean(true);
            writer.WriteOctetString(value);
        }
    };
}
