namespace Starling.Core.Merging;

/// <summary>A merge by a kernel of columns: lays the states' pieces below each other as keys.</summary>
internal sealed class ColumnMerge(MergeInputs inputs, IColumnKernel kernel) : IPreparedMerge
{
    // 4 MiB of keys for a thread, so that many states mean shorter rows and not more memory.
    private const int KeysPerThread = 1 << 20;

    public MergeFault? Merge(long offset, Span<float> destination)
    {
        var tile = Math.Min(Merger.BlockElements, KeysPerThread / inputs.Count);
        // A whole number of cache lines, and not a power of two, so that the rows of a column do not share one set of the cache.
        var stride = (tile / 16 * 16) + 48;
        using var scratch = new AlignedBuffer<float>(tile);
        using var keys = new AlignedBuffer<int>(inputs.Count * stride);
        using var carried = new AlignedBuffer<int>(kernel.CarriedElements);
        MergeFault? fault = null;
        for (var at = 0; at < destination.Length && fault is null; at += tile)
        {
            var result = destination.Slice(at, Math.Min(tile, destination.Length - at));
            for (var input = 0; input < inputs.Count && fault is null; input++)
            {
                var piece = scratch.Span[..result.Length];
                if (!ColumnSorter.ToKeys(inputs.UncheckedView(input, offset + at, piece), keys.Span.Slice(input * stride, result.Length)))
                    inputs.View(input, offset + at, piece, ref fault);
            }

            if (fault is null)
                kernel.Select(keys.Span, stride, carried.Span, result);
        }

        return fault;
    }
}
