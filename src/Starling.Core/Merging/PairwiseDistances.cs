namespace Starling.Core.Merging;

/// <summary>
/// The squared Euclidean distance between every two states, each difference taken in float64, in one pass over the states. The order of
/// the additions is fixed: lanes within a tile (<see cref="DistanceKernel"/>), then tile after tile and block after block.
/// </summary>
internal static class PairwiseDistances
{
    private const int TileElements = DistanceKernel.TileElements;

    // 512 KiB of rows stay in the second-level cache.
    private const int RowElements = 1 << 16;

    /// <summary>Computes the distances of n states.</summary>
    /// <returns>n x n squared distances, row-major, symmetric; null after a fault.</returns>
    internal static double[]? Compute(MergeInputs inputs, IBlockScheduler scheduler, out MergeFault? fault)
    {
        var pairs = inputs.Count * (inputs.Count - 1) / 2;
        var sums = BlockSums.Compute(inputs.Schema.FloatCount, pairs, scheduler, (start, end, own) => AddBlock(inputs, start, end, own),
            out fault);
        return sums is null ? null : Square(sums, inputs.Count);
    }

    private static MergeFault? AddBlock(MergeInputs inputs, long start, long end, Span<double> sums)
    {
        MergeFault? fault = null;
        // Long pieces, which memory delivers faster than short ones.
        var stride = Math.Clamp(RowElements / inputs.Count / TileElements * TileElements, TileElements, DistanceKernel.PieceElements);
        using var scratch = new AlignedBuffer<float>(stride);
        using var rows = new AlignedBuffer<double>(inputs.Count * stride);
        // Where a state in memory goes on: the next piece is asked for while this one is computed, which takes about as long as to read it.
        var upcoming = new nint[inputs.Count];
        for (var at = start; at < end && fault is null; at += stride)
        {
            var length = (int)Math.Min(stride, end - at);
            var padded = DistanceKernel.Padded(length);
            for (var input = 0; input < inputs.Count && fault is null; input++)
            {
                var view = inputs.UncheckedView(input, at, scratch.Span[..length]);
                if (!DistanceKernel.Widen(view, rows.Span.Slice(input * stride, padded)))
                    inputs.View(input, at, scratch.Span[..length], ref fault);
                upcoming[input] = Prefetch.AddressAfter(view);
            }

            for (var tile = 0; tile < padded && fault is null; tile += TileElements)
                AddTile(rows.Span, stride, upcoming, tile, Math.Min(TileElements, padded - tile), sums);
        }

        return fault;
    }

    // Each call asks for the same tile of the next piece of another row.
    private static void AddTile(ReadOnlySpan<double> rows, int stride, ReadOnlySpan<nint> upcoming, int tile, int length, Span<double> sums)
    {
        var count = upcoming.Length;
        for (int a = 0, pair = 0, call = 0; a < count; a++)
        {
            var row = rows.Slice((a * stride) + tile, length);
            var b = a + 1;
            for (; b <= count - DistanceKernel.PairsAtOnce; b += DistanceKernel.PairsAtOnce, pair += DistanceKernel.PairsAtOnce)
                DistanceKernel.Add(row, rows[((b * stride) + tile)..], stride,
                    upcoming[Math.Min(call++, count - 1)] + (tile * sizeof(float)), sums[pair..]);
            for (; b < count; b++)
                sums[pair++] += DistanceKernel.Of(row, rows.Slice((b * stride) + tile, length),
                    upcoming[Math.Min(call++, count - 1)] + (tile * sizeof(float)));
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
