namespace Starling.Core.Merging;

/// <summary>
/// Sums over whole states in an order that threads do not change: a row of sums a block of <see cref="Merger.BlockElements"/>, then the
/// rows added up in the order of the blocks.
/// </summary>
internal static class BlockSums
{
    // 32 MiB of partial sums at a time, whatever the length of the states.
    private const int SumsAtATime = 1 << 22;

    /// <summary>Adds a block's share to the sums, which begin at 0.</summary>
    /// <param name="start">The block's first element.</param>
    /// <param name="end">The element after its last.</param>
    /// <param name="sums">The block's own sums.</param>
    /// <returns>The fault of the first state that has one, or null.</returns>
    internal delegate MergeFault? Body(long start, long end, Span<double> sums);

    /// <summary>Computes the sums.</summary>
    /// <param name="elements">The length of the states.</param>
    /// <param name="count">How many sums.</param>
    /// <param name="scheduler">Runs the blocks.</param>
    /// <param name="body">Computes a block's.</param>
    /// <param name="fault">The first fault in the order of the blocks.</param>
    /// <returns>The sums; null after a fault.</returns>
    internal static double[]? Compute(long elements, int count, IBlockScheduler scheduler, Body body, out MergeFault? fault)
    {
        var totals = new double[count];
        var blocks = checked((int)((elements + Merger.BlockElements - 1) / Merger.BlockElements));
        var wave = Math.Clamp(SumsAtATime / Math.Max(count, 1), 1, Math.Max(blocks, 1));
        var partial = new double[wave][];
        var faults = new MergeFault?[wave];
        fault = null;
        for (var first = 0; first < blocks; first += wave)
        {
            var inWave = Math.Min(wave, blocks - first);
            var begin = first;
            scheduler.ForEach(inWave, i =>
            {
                var sums = partial[i] ??= new double[count];
                sums.AsSpan().Clear();
                var start = (long)(begin + i) * Merger.BlockElements;
                faults[i] = body(start, Math.Min(start + Merger.BlockElements, elements), sums);
            });
            fault = Array.Find(faults, f => f is not null);
            if (fault is not null)
                return null;
            for (var i = 0; i < inWave; i++)
                for (var sum = 0; sum < count; sum++)
                    totals[sum] += partial[i][sum];
        }

        return totals;
    }
}
