namespace Starling.Core.Models;

/// <summary>
/// A model state that can be read piece by piece, from memory or from a file. Reads may come from several threads at once.
/// </summary>
public interface IModelSource
{
    /// <summary>The state's tensors.</summary>
    ModelSchema Schema { get; }

    /// <summary>Reads a piece of the flat float buffer.</summary>
    /// <param name="offset">The first element.</param>
    /// <param name="destination">Receives as many elements as it has room for.</param>
    void Read(long offset, Span<float> destination);

    /// <summary>A piece of the flat float buffer, without a copy where the state is in memory already.</summary>
    /// <param name="offset">The first element.</param>
    /// <param name="scratch">As long as the piece; may hold it afterwards.</param>
    ReadOnlySpan<float> View(long offset, Span<float> scratch)
    {
        Read(offset, scratch);
        return scratch;
    }

    /// <summary>Reads a piece of an integer tensor.</summary>
    /// <param name="tensor">The tensor's place in <see cref="ModelSchema.Tensors"/>.</param>
    /// <param name="offset">The first element.</param>
    /// <param name="destination">Receives as many elements as it has room for.</param>
    void ReadIntegers(int tensor, long offset, Span<long> destination);
}
