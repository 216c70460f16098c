using System.Buffers;
using Starling.Core.Models;

namespace Starling.Core.Merging;

/// <summary>The squared Euclidean distance of every state from a reference, in float64 and the fixed order of <see cref="PairwiseDistances"/>.</summary>
internal static class ReferenceDistances
{
    private const int TileElements = DistanceKernel.TileElements;

    /// <summary>Computes the distances.</summary>
    /// <returns>One for each state, in the merge's order; null after a fault.</returns>
    internal static double[]? Compute(MergeInputs inputs, IModelSource reference, IBlockScheduler scheduler, out MergeFault? fault) =>
        BlockSums.Compute(
            inputs.Schema.FloatCount, inputs.Count, scheduler, (start, end, sums) => AddBlock(inputs, reference, start, end, sums), out fault);

    private static MergeFault? AddBlock(MergeInputs inputs, IModelSource reference, long start, long end, Span<double> sums)
    {
        MergeFault? fault = null;
        var scratch = ArrayPool<float>.Shared.Rent(TileElements);
        var rows = ArrayPool<double>.Shared.Rent(2 * TileElements);
        for (var at = start; at < end && fault is null; at += TileElements)
        {
            var piece = scratch.AsSpan(0, (int)Math.Min(TileElements, end - at));
            var padded = DistanceKernel.Padded(piece.Length);
            var origin = rows.AsSpan(0, padded);
            var row = rows.AsSpan(TileElements, padded);
            var values = reference.View(at, piece);
            if (FiniteCheck.IndexOfNotFinite(values) is >= 0 and var bad)
                fault = new MergeFault(MergeFaultKind.ReferenceUnfit, -1, at + bad);
            DistanceKernel.Widen(values, origin);
            for (var input = 0; input < inputs.Count && fault is null; input++)
            {
                DistanceKernel.Widen(inputs.View(input, at, piece, ref fault), row);
                sums[input] += DistanceKernel.Of(row, origin);
            }
        }

        ArrayPool<float>.Shared.Return(scratch);
        ArrayPool<double>.Shared.Return(rows);
        return fault;
    }
}
