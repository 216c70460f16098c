using Starling.Core.Models;

namespace Starling.Core.Merging;

/// <summary>
/// The squared Euclidean distance of every state from a reference, in float64 and the fixed order of <see cref="PairwiseDistances"/>.
/// </summary>
internal static class ReferenceDistances
{
    private const int TileElements = DistanceKernel.TileElements;

    /// <summary>Computes the distances.</summary>
    /// <returns>One for each state, in the merge's order; null after a fault.</returns>
    internal static double[]? Compute(MergeInputs inputs, IModelSource reference, IBlockScheduler scheduler, out MergeFault? fault) =>
        BlockSums.Compute(
            inputs.Schema.FloatCount, inputs.Count, scheduler, (start, end, sums) => AddBlock(inputs, reference, start, end, sums),
            out fault);

    private static MergeFault? AddBlock(MergeInputs inputs, IModelSource reference, long start, long end, Span<double> sums)
    {
        MergeFault? fault = null;
        using var scratch = new AlignedBuffer<float>(DistanceKernel.PieceElements);
        using var rows = new AlignedBuffer<double>(2 * DistanceKernel.PieceElements);
        for (var at = start; at < end && fault is null; at += DistanceKernel.PieceElements)
        {
            var piece = scratch.Span[..(int)Math.Min(DistanceKernel.PieceElements, end - at)];
            var padded = DistanceKernel.Padded(piece.Length);
            var origin = rows.Span[..padded];
            var row = rows.Span.Slice(DistanceKernel.PieceElements, padded);
            var values = reference.View(at, piece);
            if (!DistanceKernel.Widen(values, origin))
                fault = new MergeFault(MergeFaultKind.ReferenceUnfit, -1, at + FiniteCheck.IndexOfNotFinite(values));
            for (var input = 0; input < inputs.Count && fault is null; input++)
            {
                var view = inputs.UncheckedView(input, at, piece);
                var upcoming = Prefetch.AddressAfter(view);
                if (!DistanceKernel.Widen(view, row))
                    inputs.View(input, at, piece, ref fault);
                for (var tile = 0; tile < padded; tile += TileElements)
                {
                    var length = Math.Min(TileElements, padded - tile);
                    sums[input] +=
                        DistanceKernel.Of(row.Slice(tile, length), origin.Slice(tile, length), upcoming + (tile * sizeof(float)));
                }
            }
        }

        return fault;
    }
}
