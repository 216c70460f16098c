namespace Starling.Core.Merging;

/// <summary>A merge of which any piece can be computed on its own, by several threads at once.</summary>
public interface IPreparedMerge
{
    /// <summary>Computes a piece of the flat float buffer.</summary>
    /// <param name="offset">The first element.</param>
    /// <param name="destination">Receives as many elements as it has room for.</param>
    /// <returns>The fault of the first state that has one, or null.</returns>
    MergeFault? Merge(long offset, Span<float> destination);
}
