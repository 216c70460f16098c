using System.Formats.Asn1;

namespace Starling.Fuzz.Targets;

/// <summary>
/// Lists of revoked certificates of the form that <c>RevocationList</c> reads, the same in every run: their signatures are no real ones.
/// </summary>
internal static class RevocationListSeeds
{
    private static readonly DateTimeOffset Made = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    public static IEnumerable<byte[]> All()
    {
        yield return List(0, 0, null);
        yield return List(1, 3, null, next: true);
        yield return List(2, 2, critical: false, next: true, own: true);
        yield return List(0, 1, critical: true);
        yield return List(0, 1, null, own: true, version: 0);
        yield return List(0, 70, null);
        yield return List(0, 9000, null);
        yield return List(3, 0, null);
        yield return [];
    }

    /// <summary>A list.</summary>
    /// <param name="algorithm">The number of <see cref="CertificateSeeds.Algorithms"/>.</param>
    /// <param name="entries">How many certificates it names.</param>
    /// <param name="critical">Whether the list's own extension is critical; null for a list without one.</param>
    /// <param name="next">Whether it says when the next one comes.</param>
    /// <param name="own">Whether its entries have extensions.</param>
    /// <param name="version">Its version, less one.</param>
    public static byte[] List(int algorithm, int entries, bool? critical, bool next = false, bool own = false, int version = 1)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            using (writer.PushSequence())
            {
                writer.WriteInteger(version);
                CertificateSeeds.Algorithm(writer, algorithm);
                CertificateSeeds.WriteEmpty(writer); // issuer
                writer.WriteUtcTime(Made);
                if (next)
                    writer.WriteGeneralizedTime(Made.AddYears(40), omitFractionalSeconds: true);
                if (entries > 0)
                    using (writer.PushSequence())
                        for (var serial = 1; serial <= entries; serial++)
                            Entry(writer, serial, own);
                if (critical is { } isCritical)
                    using (writer.PushSequence(new Asn1Tag(TagClass.ContextSpecific, 0)))
                        Extensions(writer, isCritical);
            }

            CertificateSeeds.Algorithm(writer, algorithm);
            writer.WriteBitString([0x30, 0x06, 0x02, 0x01, 0x01, 0x02, 0x01, 0x01]);
        }

        return writer.Encode();
    }

    private static void Entry(AsnWriter writer, int serial, bool own)
    {
        using (writer.PushSequence())
        {
            writer.WriteInteger(serial);
            writer.WriteUtcTime(Made);
            if (own)
                Extensions(writer, isCritical: false);
        }
    }

    private static void Extensions(AsnWriter writer, bool isCritical)
    {
        using (writer.PushSequence())
        using (writer.PushSequence())
        {
            writer.WriteObjectIdentifier("2.5.29.20");
            if (isCritical)
                writer.WriteBoolean(true);
            writer.WriteOctetString([0x02, 0x01, 0x01]);
        }
    }
}
