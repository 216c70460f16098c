using System.Collections.Immutable;
using Starling.Core.Kernel;

namespace Starling.Learning.Data.Splits;

/// <summary>Every node gets a random part, of unequal size.</summary>
/// <param name="Proportions">The nodes' shares, in proportion, each above 0; empty to use the power.</param>
/// <param name="Power">Node i, from 1, gets a share in proportion to <c>i</c> to the minus power.</param>
public sealed record SizeSplit(ImmutableArray<double> Proportions, double Power = 1) : IDataSplit
{
    /// <inheritdoc/>
    public ImmutableArray<int[]> Divide(ReadOnlySpan<int> labels, int classes, int nodes, SeededRandom random)
    {
        if (Proportions.Length != 0 && Proportions.Length != nodes)
            throw new DataException($"The split has {Proportions.Length} proportions for {nodes} nodes; give one for each node.");
        double[] shares = Proportions.Length != 0
            ? [.. Proportions]
            : [.. Enumerable.Range(1, nodes).Select(i => Math.Pow(i, -Power))];
        return RowDeal.BySizes(RowDeal.Shuffled(labels.Length, random), RowDeal.Apportion(labels.Length, shares));
    }
}
