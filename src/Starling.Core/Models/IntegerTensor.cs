namespace Starling.Core.Models;

/// <summary>An integer or truth-value tensor. Its elements are kept as a file stores them, so that an 8-bit integer takes a byte.</summary>
/// <param name="Spec">Name, stored type and shape.</param>
/// <param name="Stored">The elements' bytes, row-major and little-endian.</param>
public readonly record struct IntegerTensor(TensorSpec Spec, Memory<byte> Stored)
{
    /// <summary>A tensor of these elements.</summary>
    /// <exception cref="OverflowException">One is outside the type's range.</exception>
    public static IntegerTensor Of(TensorSpec spec, params ReadOnlySpan<long> elements)
    {
        var tensor = new IntegerTensor(spec, new byte[checked((int)spec.Count * spec.Type.Size())]);
        tensor.Write(0, elements);
        return tensor;
    }

    /// <summary>Reads a piece, widened to 64 bits.</summary>
    /// <param name="offset">The first element.</param>
    /// <param name="destination">Receives as many elements as it has room for.</param>
    public void Read(long offset, Span<long> destination) =>
        ElementCodec.ReadIntegers(Spec.Type, Piece(offset, destination.Length), destination);

    /// <summary>Writes a piece.</summary>
    /// <param name="offset">The first element.</param>
    /// <param name="elements">The elements.</param>
    /// <exception cref="OverflowException">One is outside the type's range.</exception>
    public void Write(long offset, params ReadOnlySpan<long> elements) =>
        ElementCodec.WriteIntegers(Spec.Type, elements, Piece(offset, elements.Length));

    /// <summary>All elements, widened to 64 bits.</summary>
    public long[] ToArray()
    {
        var elements = new long[Spec.Count];
        Read(0, elements);
        return elements;
    }

    private Span<byte> Piece(long offset, int count) => Stored.Span.Slice((int)offset * Spec.Type.Size(), count * Spec.Type.Size());
}
