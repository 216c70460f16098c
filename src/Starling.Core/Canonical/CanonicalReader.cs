using System.Buffers;
using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Unicode;
using Starling.Core.Identity;

namespace Starling.Core.Canonical;

/// <summary>
/// Reads what <see cref="CanonicalWriter"/> wrote. The bytes are hostile until read: every length is checked against a stated bound and
/// against what is left before anything is allocated.
/// </summary>
public ref struct CanonicalReader(ReadOnlySpan<byte> bytes)
{
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
    private readonly int total = bytes.Length;
    private ReadOnlySpan<byte> rest = bytes;

    /// <summary>Reads one value from a list.</summary>
    public delegate T Item<out T>(ref CanonicalReader reader);

    /// <summary>Passes over one value of a list.</summary>
    public delegate void Pass(ref CanonicalReader reader);

    /// <summary>How many bytes are left.</summary>
    public readonly int Remaining => rest.Length;

    public byte Byte() => Take(1)[0];

    public bool Boolean() => Byte() switch
    {
        0 => false,
        1 => true,
        var other => throw new CanonicalFormatException($"A truth value is 0 or 1, not {other}."),
    };

    public int Int32() => BinaryPrimitives.ReadInt32BigEndian(Take(4));

    public long Int64() => BinaryPrimitives.ReadInt64BigEndian(Take(8));

    public double Double() => BitConverter.Int64BitsToDouble(Int64());

    public Digest Digest() => new(Take(Identity.Digest.Size));

    public BlobId Blob() => new(Digest());

    public TimeSpan Span() => new(Int64());

    public byte[] Bytes(int most) => Take(Length(most)).ToArray();

    /// <summary>Passes over a byte string and says where it lies, so that who holds the bytes need not copy it.</summary>
    public Range Part(int most)
    {
        var length = Length(most);
        var start = total - rest.Length;
        Take(length);
        return start..(start + length);
    }

    public string Text(int most)
    {
        try
        {
            return StrictUtf8.GetString(Take(Length(most)));
        }
        catch (DecoderFallbackException)
        {
            throw new CanonicalFormatException("A text is not valid UTF-8.");
        }
    }

    public NodeId Node() => NodeId.TryParse(Text(NodeId.MaxLength), out var id)
        ? id
        : throw new CanonicalFormatException("A node's identity is malformed.");

    /// <summary>Passes over a node's identity as <see cref="Node"/> reads it, without making one.</summary>
    public void PassNode()
    {
        Span<char> text = stackalloc char[NodeId.MaxLength];
        if (Utf8.ToUtf16(Take(Length(NodeId.MaxLength)), text, out _, out var length, replaceInvalidSequences: false)
            != OperationStatus.Done
            || !NodeId.IsWellFormed(text[..length]))
            throw new CanonicalFormatException("A node's identity is malformed.");
    }

    public ContractId Contract() => ContractId.TryParse(Text(ContractId.MaxLength), out var id)
        ? id
        : throw new CanonicalFormatException("A contract's name is malformed.");

    /// <summary>Reads a list of at most so many items.</summary>
    /// <param name="most">The most items.</param>
    /// <param name="read">Reads one.</param>
    /// <param name="leastBytes">What an item takes at least: more items than could follow are refused before room is made for them.</param>
    public ImmutableArray<T> List<T>(int most, Item<T> read, int leastBytes = 1)
    {
        var count = Length(most, leastBytes);
        if (count == 0)
            return [];
        var items = new T[count];
        for (var i = 0; i < count; i++)
            items[i] = read(ref this);
        return ImmutableCollectionsMarshal.AsImmutableArray(items);
    }

    /// <summary>Passes over such a list, and checks each item as reading it would.</summary>
    /// <param name="most">The most items.</param>
    /// <param name="pass">Passes over one.</param>
    /// <returns>How many there are, and where they lie.</returns>
    public (int Count, Range Items) PassList(int most, Pass pass)
    {
        var count = Length(most);
        var start = total - rest.Length;
        for (var i = 0; i < count; i++)
            pass(ref this);
        return (count, start..(total - rest.Length));
    }

    /// <summary>Checks that nothing is left.</summary>
    public readonly void End()
    {
        if (rest.Length != 0)
            throw new CanonicalFormatException($"{rest.Length} bytes are left over.");
    }

    private int Length(int most, int itemBytes = 1)
    {
        var length = Int32();
        if (length < 0 || length > most || length > rest.Length / itemBytes)
            throw new CanonicalFormatException($"A length of {length} is out of bounds.");
        return length;
    }

    private ReadOnlySpan<byte> Take(int count)
    {
        if (count > rest.Length)
            throw new CanonicalFormatException("The bytes end too early.");
        var taken = rest[..count];
        rest = rest[count..];
        return taken;
    }
}
