using System.Buffers;

namespace Starling.Core.Merging;

/// <summary>
/// The squared Euclidean distance between every two states, each difference taken in float64, in one pass over the states. The order of
/// the additions is fixed: lanes within a tile (<see cref="DistanceKernel"/>), then tile after tile and block after block.
/// </summary>
internal static class PairwiseDistances
{
    private const int TileElements = DistanceKernel.TileElements;

    /// <summary>Computes the distances of n states.</summary>
    /// <returns>n x n squared distances, row-major, symmetric; null after a fault.</returns>
    internal static double[]? Compute(MergeInputs inputs, IBlockScheduler scheduler, out MergeFault? fault)
    {
        var pairs = inputs.Count * (inputs.Count - 1) / 2;
        var sums = BlockSums.Compute(inputs.Schema.FloatCount, pairs, scheduler, (start, end, own) => AddBlock(inputs, start, end, own), out fault);
        return sums is null ? null : Square(sums, inputs.Count);
    }

    private static MergeFault? AddBlock(MergeInputs inputs, long start, long end, Span<double> sums)
    {
        MergeFault? fault = null;
        var scratch = ArrayPool<float>.Shared.Rent(TileElements);
        var rows = ArrayPool<double>.Shared.Rent(inputs.Count * TileElements);
        for (var at = start; at < end && fault is null; at += TileElements)
        {
            var length = (int)Math.Min(TileElements, end - at);
            var padded = DistanceKernel.Padded(length);
            for (var input = 0; input < inputs.Count && fault is null; input++)
                DistanceKernel.Widen(inputs.View(input, at, scratch.AsSpan(0, length), ref fault), rows.AsSpan(input * TileElements, padded));
            if (fault is null)
                AddTile(rows, inputs.Count, padded, sums);
        }

        ArrayPool<float>.Shared.Return(scratch);
        ArrayPool<double>.Shared.Return(rows);
        return fault;
    }

    private static void AddTile(ReadOnlySpan<double> rows, int count, int length, Span<double> sums)
    {
        for (int a = 0, pair = 0; a < count; a++)
        {
            var row = rows.Slice(a * TileElements, length);
            var b = a + 1;
            for (; b <= count - DistanceKernel.PairsAtOnce; b += DistanceKernel.PairsAtOnce, pair += DistanceKernel.PairsAtOnce)
                DistanceKernel.Add(row, rows[(b * TileElements)..], TileElements, sums[pair..]);
            for (; b < count; b++)
                sums[pair++] += DistanceKernel.Of(row, rows.Slice(b * TileElements, length));
        }
    }

    private static double[] Square(double[] pairs, int count)
    {
        var square = new double[count * count];
        for (int a = 0, pair = 0; a < count; a++)
            for (var b = a + 1; b < count; b++, pair++)
                square[(a * count) + b] = square[(b * count) + a] = pairs[pair];
        return square;
    }
}
