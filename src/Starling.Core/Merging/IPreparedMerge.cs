namespace Starling.Core.Merging;

/// <summary>A merge of which any piece can be computed on its own, by several threads at once.</summary>
public interface IPreparedMerge
{
    /// <summary>Whether a piece without a fault is proved finite by how it was computed, so that nobody need look at it again.</summary>
    bool ProvesFinite => false;

    /// <summary>The place of the state that the rule chose, whose integers are then the result's; null where it chose none.</summary>
    int? Chosen => null;

    /// <summary>Computes a piece of the flat float buffer.</summary>
    /// <param name="offset">The first element.</param>
    /// <param name="destination">Receives as many elements as it has room for.</param>
    /// <returns>The fault of the first state that has one, or null.</returns>
    MergeFault? Merge(long offset, Span<float> destination);

    /// <summary>
    /// The same in memory that nobody reads soon, so that the results need not take the place of other things in the caches.
    /// </summary>
    MergeFault? MergePastCaches(long offset, Span<float> destination) => Merge(offset, destination);
}
