using System.Buffers;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Starling.Core.Merging;

/// <summary>
/// The squared Euclidean distance between every two states, each difference taken in float64, in one pass over the states. The order of
/// the additions is fixed: in a tile of 1,024 elements, element e goes to lane e modulo 16; the lanes are added in halves; then tile after
/// tile and block after block.
/// </summary>
internal static class PairwiseDistances
{
    private const int TileElements = 1_024;

    // 32 MiB of partial sums at a time, whatever the length of the states.
    private const int SumsAtATime = 1 << 22;

    /// <summary>Computes the distances of n states.</summary>
    /// <returns>n x n squared distances, row-major, symmetric; null after a fault.</returns>
    internal static double[]? Compute(MergeInputs inputs, IBlockScheduler scheduler, out MergeFault? fault)
    {
        var count = inputs.Count;
        var pairs = count * (count - 1) / 2;
        var totals = new double[pairs];
        var blocks = checked((int)((inputs.Schema.FloatCount + Merger.BlockElements - 1) / Merger.BlockElements));
        var wave = Math.Clamp(SumsAtATime / Math.Max(pairs, 1), 1, Math.Max(blocks, 1));
        var partial = new double[wave][];
        var faults = new MergeFault?[wave];
        fault = null;
        for (var first = 0; first < blocks; first += wave)
        {
            var inWave = Math.Min(wave, blocks - first);
            var start = first;
            scheduler.ForEach(inWave, i => partial[i] = OfBlock(inputs, start + i, pairs, partial[i], out faults[i]));
            fault = Array.Find(faults, f => f is not null);
            if (fault is not null)
                return null;
            for (var i = 0; i < inWave; i++)
                for (var pair = 0; pair < pairs; pair++)
                    totals[pair] += partial[i][pair];
        }

        return Square(totals, count);
    }

    private static double[] OfBlock(MergeInputs inputs, int block, int pairs, double[]? sums, out MergeFault? fault)
    {
        fault = null;
        sums ??= new double[pairs];
        sums.AsSpan().Clear();
        var start = (long)block * Merger.BlockElements;
        var end = Math.Min(start + Merger.BlockElements, inputs.Schema.FloatCount);
        var scratch = ArrayPool<float>.Shared.Rent(TileElements);
        var rows = ArrayPool<double>.Shared.Rent(inputs.Count * TileElements);
        for (var at = start; at < end && fault is null; at += TileElements)
        {
            var length = (int)Math.Min(TileElements, end - at);
            // Zeros in all rows up to a multiple of the lanes add nothing to a distance.
            var padded = (length + 15) / 16 * 16;
            for (var input = 0; input < inputs.Count && fault is null; input++)
            {
                var row = rows.AsSpan(input * TileElements, padded);
                Widen(inputs.View(input, at, scratch.AsSpan(0, length), ref fault), row);
                row[length..].Clear();
            }

            for (int a = 0, pair = 0; a < inputs.Count && fault is null; a++)
                for (var b = a + 1; b < inputs.Count; b++)
                    sums[pair++] += OfTile(rows.AsSpan(a * TileElements, padded), rows.AsSpan(b * TileElements, padded));
        }

        ArrayPool<float>.Shared.Return(scratch);
        ArrayPool<double>.Shared.Return(rows);
        return sums;
    }

    private static void Widen(ReadOnlySpan<float> values, Span<double> row)
    {
        for (var i = 0; i < values.Length; i++)
            row[i] = values[i];
    }

    private static double OfTile(ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        ref var x = ref MemoryMarshal.GetReference(a);
        ref var y = ref MemoryMarshal.GetReference(b[..a.Length]);
        var first = Vector512<double>.Zero;
        var second = Vector512<double>.Zero;
        for (nuint i = 0; i < (nuint)a.Length; i += 16)
        {
            var d = Vector512.LoadUnsafe(ref x, i) - Vector512.LoadUnsafe(ref y, i);
            var e = Vector512.LoadUnsafe(ref x, i + 8) - Vector512.LoadUnsafe(ref y, i + 8);
            first += d * d;
            second += e * e;
        }

        var eight = first + second;
        var four = eight.GetLower() + eight.GetUpper();
        var two = four.GetLower() + four.GetUpper();
        return two.GetElement(0) + two.GetElement(1);
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
