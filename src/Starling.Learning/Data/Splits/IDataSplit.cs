using System.Collections.Immutable;
using Starling.Core.Kernel;

namespace Starling.Learning.Data.Splits;

/// <summary>
/// A way to divide rows among nodes. Every node gets at least one row, and but for <see cref="OwnSplit"/> every row
/// goes to exactly one node.
/// </summary>
public interface IDataSplit
{
    /// <summary>Divides the rows; the same seed gives the same division everywhere.</summary>
    /// <param name="labels">The class of each row.</param>
    /// <param name="classes">How many classes there are.</param>
    /// <param name="nodes">How many nodes, at least 1.</param>
    /// <param name="random">A stream of the split's own.</param>
    /// <returns>For each node its rows, in random order.</returns>
    /// <exception cref="DataException">The rows cannot be divided so.</exception>
    ImmutableArray<int[]> Divide(ReadOnlySpan<int> labels, int classes, int nodes, SeededRandom random);
}
