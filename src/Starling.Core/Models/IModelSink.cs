namespace Starling.Core.Models;

/// <summary>
/// A model state that is written piece by piece, in any order, each element once. Writes may come from several threads at once.
/// </summary>
public interface IModelSink
{
    /// <summary>
    /// Where a piece of the flat float buffer is best put together before it is written: the sink's own memory, if it is there that the
    /// piece will be, or the scratch.
    /// </summary>
    /// <param name="offset">The first element.</param>
    /// <param name="scratch">As long as the piece.</param>
    Span<float> Room(long offset, Span<float> scratch) => scratch;

    /// <summary>Writes a piece of the flat float buffer.</summary>
    /// <param name="offset">The first element.</param>
    /// <param name="values">The elements; may be in <see cref="Room"/>.</param>
    void Write(long offset, ReadOnlySpan<float> values);

    /// <summary>Writes a piece of an integer tensor.</summary>
    /// <param name="tensor">The tensor's place in <see cref="ModelSchema.Tensors"/>.</param>
    /// <param name="offset">The first element.</param>
    /// <param name="values">The elements.</param>
    void WriteIntegers(int tensor, long offset, ReadOnlySpan<long> values);
}
