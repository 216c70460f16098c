using System.Buffers.Binary;
using Starling.Core.Kernel;
using Starling.Fuzz.Targets;

namespace Starling.Fuzz.Mutation;

/// <summary>
/// Makes a new input out of one or two that are known: a few changes at random places, each of a random kind. The
/// generator decides everything.
/// </summary>
internal sealed class Mutator(IFuzzTarget target, SeededRandom random)
{
    /// <summary>The longest input that is ever made, in bytes.</summary>
    public const int MostBytes = 64 << 10;

    // One input in so many is blown up, so that costs that grow faster than the input show.
    private const int BlowUpEvery = 4096;
    private const int MostChanges = 6;
    private const int LongestPiece = 64;

    private static readonly long[] Edges =
    [
        0, 1, -1, 2, 4, 8, 16, 32, 64, 100, 127, 128, 255, 256, 1024, 4096, short.MaxValue, short.MinValue, ushort.MaxValue, 65536, 1 << 20,
        int.MaxValue, int.MinValue, uint.MaxValue, 1L << 32, long.MaxValue, long.MinValue,
    ];

    private readonly InputBuffer buffer = new(MostBytes, target.Lengths);

    /// <summary>A new input.</summary>
    /// <param name="parent">Where it starts from.</param>
    /// <param name="other">Gives another input, to take a piece from.</param>
    public byte[] Mutate(byte[] parent, Func<byte[]> other)
    {
        buffer.Load(parent);
        for (var changes = 1 + random.Next(MostChanges); changes > 0; changes--)
            Change(other);
        if (random.Next(BlowUpEvery) == 0)
            BlowUp();
        else
            buffer.Truncate(Math.Max(parent.Length, target.UsualBytes));
        return buffer.ToArray();
    }

    private void Change(Func<byte[]> other)
    {
        var at = buffer.Length == 0 ? 0 : random.Next(buffer.Length);
        switch (random.Next(14))
        {
            case 0:
                buffer.Overwrite(at, [(byte)(buffer.At(at) ^ (1 << random.Next(8)))]);
                break;
            case 1:
                buffer.Overwrite(at, [(byte)random.Next(256)]);
                break;
            case 2:
                buffer.Overwrite(at, [(byte)(buffer.At(at) + random.Next(35) - 17)]);
                break;
            case 3:
                buffer.Overwrite(at, Number());
                break;
            case 4 or 5 when target.Words.Count > 0:
                buffer.Insert(at, target.Words[random.Next(target.Words.Count)]);
                break;
            case 6 or 7 when target.Words.Count > 0:
                buffer.Overwrite(at, target.Words[random.Next(target.Words.Count)]);
                break;
            case 8:
                buffer.Delete(at, 1 + random.Next(random.Next(4) == 0 ? LongestPiece : 4));
                break;
            case 9:
                buffer.Insert(at, buffer.Piece(random.Next(buffer.Length + 1), 1 + random.Next(LongestPiece)));
                break;
            case 10:
                buffer.Overwrite(at, buffer.Piece(random.Next(buffer.Length + 1), 1 + random.Next(LongestPiece)));
                break;
            case 11:
                Splice(at, other());
                break;
            case 12 when target.Lengths == LengthForm.None:
                ChangeLines(at);
                break;
            default:
                buffer.Insert(at, RandomBytes());
                break;
        }
    }

    private byte[] Number()
    {
        var number = Edges[random.Next(Edges.Length)] + random.Next(3) - 1;
        var bytes = new byte[8];
        if (random.Next(2) == 0)
            BinaryPrimitives.WriteInt64LittleEndian(bytes, number);
        else
            BinaryPrimitives.WriteInt64BigEndian(bytes, number);
        var width = 1 << random.Next(4);
        return bytes[0] == (byte)number ? bytes[..width] : bytes[^width..];
    }

    private byte[] RandomBytes()
    {
        var bytes = new byte[1 + random.Next(8)];
        for (var i = 0; i < bytes.Length; i++)
            bytes[i] = (byte)random.Next(target.Lengths == LengthForm.None ? 128 : 256);
        return bytes;
    }

    private void Splice(int at, byte[] other)
    {
        if (other.Length == 0)
            return;
        var from = random.Next(other.Length);
        var piece = other.AsSpan(from, 1 + random.Next(other.Length - from));
        if (random.Next(2) == 0)
            buffer.Insert(at, piece);
        else
            buffer.Overwrite(at, piece);
    }

    /// <summary>Takes a line out, doubles it, or moves it.</summary>
    private void ChangeLines(int at)
    {
        var (start, length) = buffer.LineAt(at);
        var line = buffer.Piece(start, length);
        var kind = random.Next(3);
        if (kind != 1)
            buffer.Delete(start, length);
        if (kind != 0)
            buffer.Insert(buffer.LineAt(buffer.Length == 0 ? 0 : random.Next(buffer.Length)).Start, line);
    }

    private void BlowUp()
    {
        var piece = buffer.Piece(random.Next(buffer.Length + 1), 1 + random.Next(4 * LongestPiece));
        var at = random.Next(buffer.Length + 1);
        var most = MostBytes >> random.Next(4);
        while (piece.Length > 0 && buffer.Length + piece.Length <= most)
        {
            buffer.Insert(at, piece);
            if (piece.Length < most / 8)
                piece = [.. piece, .. piece];
        }
    }
}
