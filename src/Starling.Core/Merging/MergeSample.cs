using System.Buffers;
using Starling.Core.Models;

namespace Starling.Core.Merging;

/// <summary>Merges pieces of states again and compares them with a merge that somebody else made, byte for byte.</summary>
/// <remarks>
/// States and merge are files of one canonical header, so that an element lies at the same position in all of them: a piece of the
/// merge needs the same piece of each state, and nothing else. An element of which a piece has a part only is not compared; with
/// elements of one size there is none.
/// </remarks>
public static class MergeSample
{
    /// <summary>Compares pieces.</summary>
    /// <param name="rule">The rule; it works coordinate by coordinate.</param>
    /// <param name="parameters">The rule's parameters.</param>
    /// <param name="header">The header of the merge.</param>
    /// <param name="inputs">The states' files with their weights, in the merge's order; only the pieces are read.</param>
    /// <param name="merge">The merge's file; only its header and the pieces are read.</param>
    /// <param name="pieces">Which bytes of the files.</param>
    /// <returns>Whether every piece is what the states merge to, and every header that was read is canonical.</returns>
    /// <exception cref="ArgumentException">The rule needs whole states, or a weight is out of range.</exception>
    public static bool Agrees(
        IMergeRule rule, MergeParameters parameters, SafetensorsHeader header, IReadOnlyCollection<(IByteSource File, long Weight)> inputs,
        IByteSource merge,
        IReadOnlyCollection<ByteRange> pieces)
    {
        if (!rule.IsCoordinatewise)
            throw new ArgumentException($"'{rule.Name}' needs whole states.", nameof(rule));
        var canonical = header.CanonicalBytes();
        if (header.DataStart != canonical.Length || !IsHeader(canonical, merge, new ByteRange(0, canonical.Length))
            || inputs.Any(input => pieces.Any(piece => !IsHeader(canonical, input.File, piece))))
            return false;
        var states =
            MergeInputs.InOrder(inputs.Select(input => new WeightedModel(new SafetensorsSource(header, input.File), input.Weight)));
        var prepared = rule.Prepare(states, parameters, SerialBlocks.Instance, out var fault);
        if (prepared is null || fault is not null)
            return false;
        foreach (var piece in pieces)
            for (var tensor = 0; tensor < header.Ranges.Length; tensor++)
                if (!Agrees(prepared, header, states, merge, piece, tensor))
                    return false;
        return true;
    }

    private static bool IsHeader(byte[] canonical, IByteSource file, ByteRange piece)
    {
        var length = (int)Math.Clamp(canonical.Length - piece.Start, 0, piece.Length);
        if (length == 0)
            return true;
        var bytes = new byte[length];
        file.Read(piece.Start, bytes);
        return bytes.AsSpan().SequenceEqual(canonical.AsSpan((int)piece.Start, length));
    }

    private static bool Agrees(IPreparedMerge prepared, SafetensorsHeader header, MergeInputs inputs, IByteSource merge, ByteRange piece,
        int tensor)
    {
        var spec = header.Schema.Tensors[tensor];
        var range = header.Ranges[tensor];
        var size = spec.Type.Size();
        var first = (Math.Max(piece.Start, range.Start) - range.Start + size - 1) / size;
        var end = (Math.Min(piece.End, range.End) - range.Start) / size;
        for (var at = first; at < end; at += Merger.BlockElements)
        {
            var count = (int)Math.Min(Merger.BlockElements, end - at);
            var bytes = ArrayPool<byte>.Shared.Rent(2 * count * size);
            var expected = bytes.AsSpan(0, count * size);
            var actual = bytes.AsSpan(count * size, count * size);
            var isRight = spec.IsFloat
                ? Merge(prepared, header.Schema.OffsetOf(tensor) + at, spec.Type, count, expected)
                : Take(prepared, inputs, tensor, at, count, expected);
            merge.Read(range.Start + (at * size), actual);
            isRight = isRight && expected.SequenceEqual(actual);
            ArrayPool<byte>.Shared.Return(bytes);
            if (!isRight)
                return false;
        }

        return true;
    }

    private static bool Merge(IPreparedMerge prepared, long offset, ElementType type, int count, Span<byte> expected)
    {
        var values = ArrayPool<float>.Shared.Rent(count);
        var isRight = prepared.Merge(offset, values.AsSpan(0, count)) is null;
        if (isRight)
            ElementCodec.WriteFloats(type, values.AsSpan(0, count), expected);
        ArrayPool<float>.Shared.Return(values);
        return isRight;
    }

    private static bool Take(IPreparedMerge prepared, MergeInputs inputs, int tensor, long offset, int count, Span<byte> expected)
    {
        var values = new long[count];
        if (Merger.KeepIntegers(prepared, inputs, tensor, offset, values) is not null)
            return false;
        ElementCodec.WriteIntegers(inputs.Schema.Tensors[tensor].Type, values, expected);
        return true;
    }
}
