using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using Starling.Learning.Data;

namespace Starling.EndToEnd.Tests.Consortium;

/// <summary>Pieces of 16 bytes of what must not be seen, and a search for them at every place.</summary>
internal sealed class Needles
{
    private const int Length = 16, LeastDistinct = 4;

    private readonly HashSet<(ulong, ulong)> pieces = [];

    /// <summary>How many different pieces are searched for.</summary>
    public int Count => pieces.Count;

    /// <summary>Adds the pieces of a data set's rows, as 4-byte numbers, as bytes, and as text with commas.</summary>
    public void AddRows(DataSet rows)
    {
        for (var row = 0; row < rows.Rows; row++)
        {
            var values = rows.Row(row);
            Add(MemoryMarshal.AsBytes(values));
            float[] pixels = [.. values.ToArray().Select(value => MathF.Round(value * 16))];
            Add([.. pixels.Select(pixel => (byte)pixel)], step: 1);
            Add(Encoding.ASCII.GetBytes(string.Join(',', pixels)), step: 1);
        }
    }

    /// <summary>Adds the pieces of a model's or an update's bytes, which begin every 4 bytes.</summary>
    public void Add(ReadOnlySpan<byte> bytes, int step = 4)
    {
        for (var at = 0; at + Length <= bytes.Length; at += step)
            if (IsTelling(bytes.Slice(at, Length)))
                pieces.Add(At(bytes[at..]));
    }

    /// <summary>How many places of the packets hold one of the pieces.</summary>
    public int Search(IEnumerable<Capture.Packet> packets)
    {
        var found = 0;
        foreach (var packet in packets)
        {
            var bytes = packet.Payload.Span;
            for (var at = 0; at + Length <= bytes.Length; at++)
                if (pieces.Contains(At(bytes[at..])))
                    found++;
        }

        return found;
    }

    // Zeros and repetitions are in everything, also in what is not a row.
    private static bool IsTelling(ReadOnlySpan<byte> piece)
    {
        Span<bool> seen = stackalloc bool[256];
        var distinct = 0;
        foreach (var value in piece)
            if (!seen[value])
                (seen[value], distinct) = (true, distinct + 1);
        return distinct >= LeastDistinct;
    }

    private static (ulong, ulong) At(ReadOnlySpan<byte> bytes) =>
        (BinaryPrimitives.ReadUInt64LittleEndian(bytes), BinaryPrimitives.ReadUInt64LittleEndian(bytes[8..]));
}
