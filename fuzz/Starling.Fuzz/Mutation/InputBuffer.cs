using System.Buffers.Binary;
using Starling.Fuzz.Targets;

namespace Starling.Fuzz.Mutation;

/// <summary>
/// The bytes that a mutation works on. What is put in or taken out within a part whose length stands before it changes that
/// length too, for every part around the place, as far as can be told from the bytes: an input with false lengths alone would
/// rarely get past the first check.
/// </summary>
internal sealed class InputBuffer(int capacity, LengthForm lengths)
{
    private readonly byte[] bytes = new byte[capacity];

    public int Length { get; private set; }

    public void Load(ReadOnlySpan<byte> input)
    {
        Length = Math.Min(input.Length, capacity);
        input[..Length].CopyTo(bytes);
    }

    public byte[] ToArray() => bytes[..Length];

    /// <summary>The byte there; 0 behind the end.</summary>
    public byte At(int at) => at < Length ? bytes[at] : (byte)0;

    /// <summary>A copy of at most so many bytes.</summary>
    public byte[] Piece(int at, int length) => bytes.AsSpan(at, Math.Min(length, Length - at)).ToArray();

    /// <summary>Cuts to a length; what stands before keeps its lengths, so that parts end too early.</summary>
    public void Truncate(int length) => Length = Math.Min(Length, length);

    /// <summary>The line at a place, its end included.</summary>
    public (int Start, int Length) LineAt(int at)
    {
        var start = bytes.AsSpan(0, Math.Min(at, Length)).LastIndexOf((byte)'\n') + 1;
        var rest = bytes.AsSpan(start, Length - start).IndexOf((byte)'\n');
        return (start, rest < 0 ? Length - start : rest + 1);
    }

    /// <summary>Writes over what is there, as far as there is something.</summary>
    public void Overwrite(int at, ReadOnlySpan<byte> piece) => piece[..Math.Min(piece.Length, Length - at)].CopyTo(bytes.AsSpan(at));

    /// <summary>Puts bytes in, as far as there is room.</summary>
    public void Insert(int at, ReadOnlySpan<byte> piece)
    {
        piece = piece[..Math.Min(piece.Length, capacity - Length)];
        Mend(at, piece.Length);
        bytes.AsSpan(at, Length - at).CopyTo(bytes.AsSpan(at + piece.Length));
        piece.CopyTo(bytes.AsSpan(at));
        Length += piece.Length;
    }

    /// <summary>Takes bytes out, as far as there are so many.</summary>
    public void Delete(int at, int length)
    {
        length = Math.Min(length, Length - at);
        Mend(at, -length);
        bytes.AsSpan(at + length, Length - at - length).CopyTo(bytes.AsSpan(at));
        Length -= length;
    }

    /// <summary>Changes every length that covers a place and that, as it is, ends within the input.</summary>
    private void Mend(int at, int change)
    {
        switch (lengths)
        {
            case LengthForm.LittleEndian64First when at >= 8 && Length >= 8:
                var first = BinaryPrimitives.ReadInt64LittleEndian(bytes);
                if (first >= at - 8 && first <= Length - 8)
                    BinaryPrimitives.WriteInt64LittleEndian(bytes, first + change);
                break;
            case LengthForm.BigEndian32:
                for (var start = 4; start <= at; start++)
                    if (BinaryPrimitives.ReadInt32BigEndian(bytes.AsSpan(start - 4)) is var length && Covers(start, length, at, change))
                        BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(start - 4), length + change);
                break;
            case LengthForm.Der:
                for (var start = 2; start <= at; start++)
                    MendTag(start, at, change);
                break;
        }
    }

    private bool Covers(int start, int length, int at, int change) =>
        length > 0 && length <= Length - start && start + length >= at && length + change >= 0;

    private void MendTag(int start, int at, int change)
    {
        if (bytes[start - 1] < 0x80 && Covers(start, bytes[start - 1], at, change) && bytes[start - 1] + change < 0x80)
            bytes[start - 1] = (byte)(bytes[start - 1] + change);
        else if (bytes[start - 2] == 0x81 && Covers(start, bytes[start - 1], at, change)
            && bytes[start - 1] + change is >= 0x80 and <= 0xff)
            bytes[start - 1] = (byte)(bytes[start - 1] + change);
        else if (start >= 3 && bytes[start - 3] == 0x82 && BinaryPrimitives.ReadUInt16BigEndian(bytes.AsSpan(start - 2)) is var length
            && Covers(start, length, at, change) && length + change is >= 0x100 and <= 0xffff)
            BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(start - 2), (ushort)(length + change));
    }
}
