using System.Collections.Immutable;
using Starling.Core.Kernel;

namespace Starling.Learning.Data.Splits;

/// <summary>Every node gets rows of a few classes only, and every class is held by some node: the hardest label skew.</summary>
/// <param name="ClassesPerNode">How many classes a node holds, from 1.</param>
public sealed record ClassSplit(int ClassesPerNode) : IDataSplit
{
    /// <inheritdoc/>
    public ImmutableArray<int[]> Divide(ReadOnlySpan<int> labels, int classes, int nodes, SeededRandom random)
    {
        if (ClassesPerNode > classes)
            throw new DataException($"classesPerNode is {ClassesPerNode}, but there are only {classes} classes; lower it.");
        if ((long)ClassesPerNode * nodes < classes)
            throw new DataException($"{nodes} nodes of {ClassesPerNode} classes leave some of the {classes} classes to nobody; raise classesPerNode to {(classes + nodes - 1) / nodes}.");
        var order = RowDeal.Shuffled(classes, random);
        var holders = new List<int>[classes];
        for (var i = 0; i < classes; i++)
            holders[i] = [];
        for (var i = 0; i < nodes * ClassesPerNode; i++)
            holders[order[i % classes]].Add(i / ClassesPerNode);
        var parts = new List<int>[nodes];
        for (var i = 0; i < nodes; i++)
            parts[i] = [];
        var byClass = RowDeal.ByClass(labels, classes, random);
        for (var c = 0; c < classes; c++)
            for (var i = 0; i < byClass[c].Length; i++)
                parts[holders[c][i % holders[c].Count]].Add(byClass[c][i]);
        var empty = Array.FindIndex(parts, part => part.Count == 0);
        if (empty >= 0)
            throw new DataException($"Node {empty} would hold no row: its classes have too few; use fewer nodes or more classesPerNode.");
        return RowDeal.Finish(parts, random);
    }
}
