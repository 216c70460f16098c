using System.Buffers.Binary;
using Starling.Core.Identity;
using Starling.Core.Ledger;

namespace Starling.Ledgers.Etcd;

/// <summary>
/// How an entry's stored bytes lie in a value: those of a small one whole, behind a 0; those of a large one in parts of their own, for
/// which a 1, their digest and their number of bytes (32-bit, big-endian) stand. So the values of a whole page fit into one answer.
/// </summary>
internal static class EtcdValue
{
    /// <summary>The most bytes that stand in the value itself.</summary>
    public const int MaxWhole = LedgerPage.MaxBytes / LedgerPage.MaxEntries;

    /// <summary>How many bytes a part has; the last one has fewer. etcd takes requests of 1.5 MiB.</summary>
    public const int PartBytes = 1 << 20;

    private const byte Whole = 0, InParts = 1;

    /// <summary>The value for an entry's stored bytes.</summary>
    public static byte[] Encode(byte[] stored, Digest digest)
    {
        if (stored.Length <= MaxWhole)
            return [Whole, .. stored];
        var value = new byte[1 + Digest.Size + sizeof(int)];
        value[0] = InParts;
        digest.CopyTo(value.AsSpan(1));
        BinaryPrimitives.WriteInt32BigEndian(value.AsSpan(1 + Digest.Size), stored.Length);
        return value;
    }

    /// <summary>Reads the bytes that stand in a value itself.</summary>
    public static bool TryWhole(byte[] value, out byte[] stored)
    {
        var isWhole = value is [Whole, ..] && value.Length <= 1 + MaxWhole;
        stored = isWhole ? value[1..] : [];
        return isWhole;
    }

    /// <summary>Reads what stands for an entry in parts.</summary>
    public static bool TryParts(byte[] value, out Digest digest, out int bytes)
    {
        (digest, bytes) = (default, 0);
        if (value is not [InParts, ..] || value.Length != 1 + Digest.Size + sizeof(int))
            return false;
        digest = new Digest(value.AsSpan(1, Digest.Size));
        bytes = BinaryPrimitives.ReadInt32BigEndian(value.AsSpan(1 + Digest.Size));
        return bytes is > MaxWhole and <= SignedEntry.MaxBytes;
    }
}
