using System.Collections.Immutable;
using Starling.Core.Kernel;

namespace Starling.Learning.Data.Splits;

/// <summary>Every node gets an equal, random part.</summary>
public sealed record IidSplit : IDataSplit
{
    /// <inheritdoc/>
    public ImmutableArray<int[]> Divide(ReadOnlySpan<int> labels, int classes, int nodes, SeededRandom random) =>
        RowDeal.BySizes(RowDeal.Shuffled(labels.Length, random), RowDeal.Apportion(labels.Length, [.. Enumerable.Repeat(1.0, nodes)]));
}
