using System.Collections.Immutable;
using Starling.Core.Kernel;

namespace Starling.Learning.Data.Splits;

/// <summary>Nothing is divided: every node trains on all rows that it finds, as where each host has a file of its own.</summary>
public sealed record OwnSplit : IDataSplit
{
    /// <inheritdoc/>
    public ImmutableArray<int[]> Divide(ReadOnlySpan<int> labels, int classes, int nodes, SeededRandom random)
    {
        var all = RowDeal.Shuffled(labels.Length, random);
        return [.. Enumerable.Repeat(all, nodes)];
    }
}
