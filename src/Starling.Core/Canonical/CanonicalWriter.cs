using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using Starling.Core.Identity;

namespace Starling.Core.Canonical;

/// <summary>
/// Writes the one canonical encoding that is hashed, signed and stored: whole numbers big-endian and of fixed width, byte strings and
/// texts (UTF-8) behind a 32-bit length. The same value gives the same bytes everywhere. <see cref="CanonicalReader"/> reads it back.
/// </summary>
public sealed class CanonicalWriter
{
    private readonly ArrayBufferWriter<byte> buffer = new(256);

    /// <summary>What has been written.</summary>
    public ReadOnlySpan<byte> Written => buffer.WrittenSpan;

    /// <summary>What has been written, in a new array.</summary>
    public byte[] ToArray() => buffer.WrittenSpan.ToArray();

    /// <summary>Forgets what has been written, and keeps the room for it.</summary>
    public void Clear() => buffer.ResetWrittenCount();

    public CanonicalWriter Byte(byte value)
    {
        buffer.GetSpan(1)[0] = value;
        buffer.Advance(1);
        return this;
    }

    public CanonicalWriter Boolean(bool value) => Byte(value ? (byte)1 : (byte)0);

    public CanonicalWriter Int32(int value)
    {
        BinaryPrimitives.WriteInt32BigEndian(buffer.GetSpan(4), value);
        buffer.Advance(4);
        return this;
    }

    public CanonicalWriter Int64(long value)
    {
        BinaryPrimitives.WriteInt64BigEndian(buffer.GetSpan(8), value);
        buffer.Advance(8);
        return this;
    }

    /// <summary>Writes the 64 bits of the number as they are.</summary>
    public CanonicalWriter Double(double value) => Int64(BitConverter.DoubleToInt64Bits(value));

    public CanonicalWriter Digest(Digest value)
    {
        value.CopyTo(buffer.GetSpan(Identity.Digest.Size));
        buffer.Advance(Identity.Digest.Size);
        return this;
    }

    public CanonicalWriter Bytes(ReadOnlySpan<byte> value)
    {
        Int32(value.Length);
        buffer.Write(value);
        return this;
    }

    public CanonicalWriter Text(string value)
    {
        var length = Encoding.UTF8.GetByteCount(value);
        Int32(length);
        Encoding.UTF8.GetBytes(value, buffer.GetSpan(length));
        buffer.Advance(length);
        return this;
    }

    public CanonicalWriter Node(NodeId value) => Text(value.Value);

    public CanonicalWriter Blob(BlobId value) => Digest(value.Digest);

    public CanonicalWriter Span(TimeSpan value) => Int64(value.Ticks);

    /// <summary>Writes how many there are, then each.</summary>
    public CanonicalWriter List<T>(IReadOnlyCollection<T> items, Action<CanonicalWriter, T> write)
    {
        Int32(items.Count);
        foreach (var item in items)
            write(this, item);
        return this;
    }
}
