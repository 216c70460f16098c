using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Starling.Core.Identity;

/// <summary>A SHA-256 value (FIPS 180-4): 32 bytes, compared and ordered as an unsigned big-endian number.</summary>
public readonly record struct Digest : IComparable<Digest>
{
    /// <summary>Length in bytes.</summary>
    public const int Size = 32;

    private readonly ulong a, b, c, d;

    /// <summary>Wraps 32 bytes.</summary>
    /// <exception cref="ArgumentException">The span is not 32 bytes long.</exception>
    public Digest(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length != Size)
            throw new ArgumentException($"A digest has {Size} bytes, not {bytes.Length}.", nameof(bytes));
        a = BinaryPrimitives.ReadUInt64BigEndian(bytes);
        b = BinaryPrimitives.ReadUInt64BigEndian(bytes[8..]);
        c = BinaryPrimitives.ReadUInt64BigEndian(bytes[16..]);
        d = BinaryPrimitives.ReadUInt64BigEndian(bytes[24..]);
    }

    /// <summary>Whether this is the all-zero value, which stands for "none".</summary>
    public bool IsZero => (a | b | c | d) == 0;

    /// <summary>The first 64 bits, big-endian: enough to rank or to seed with.</summary>
    public ulong Prefix => a;

    /// <summary>Hashes the bytes.</summary>
    public static Digest Of(ReadOnlySpan<byte> bytes)
    {
        Span<byte> hash = stackalloc byte[Size];
        SHA256.HashData(bytes, hash);
        return new Digest(hash);
    }

    /// <summary>Reads 64 hexadecimal digits, in either case.</summary>
    public static bool TryParse(string? text, out Digest digest)
    {
        digest = default;
        if (text is null || text.Length != 2 * Size)
            return false;
        Span<byte> bytes = stackalloc byte[Size];
        if (Convert.FromHexString(text, bytes, out _, out _) != System.Buffers.OperationStatus.Done)
            return false;
        digest = new Digest(bytes);
        return true;
    }

    /// <summary>Writes the 32 bytes.</summary>
    public void CopyTo(Span<byte> destination)
    {
        BinaryPrimitives.WriteUInt64BigEndian(destination, a);
        BinaryPrimitives.WriteUInt64BigEndian(destination[8..], b);
        BinaryPrimitives.WriteUInt64BigEndian(destination[16..], c);
        BinaryPrimitives.WriteUInt64BigEndian(destination[24..], d);
    }

    /// <summary>The 32 bytes in a new array.</summary>
    public byte[] ToArray()
    {
        var bytes = new byte[Size];
        CopyTo(bytes);
        return bytes;
    }

    /// <inheritdoc/>
    public int CompareTo(Digest other)
    {
        var order = a.CompareTo(other.a);
        if (order == 0)
            order = b.CompareTo(other.b);
        if (order == 0)
            order = c.CompareTo(other.c);
        return order == 0 ? d.CompareTo(other.d) : order;
    }

    /// <summary>The first eight hexadecimal digits, for people.</summary>
    public string Short => ToString()[..8];

    /// <inheritdoc/>
    public override string ToString() => $"{a:x16}{b:x16}{c:x16}{d:x16}";
}
