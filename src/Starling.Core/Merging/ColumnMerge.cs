using System.Buffers;

namespace Starling.Core.Merging;

/// <summary>A merge by a kernel of columns: lays the states' pieces below each other as keys.</summary>
internal sealed class ColumnMerge(MergeInputs inputs, IColumnKernel kernel) : IPreparedMerge
{
    // 4 MiB of keys for a thread, so that many states mean shorter rows and not more memory.
    private const int KeysPerThread = 1 << 20;

    public MergeFault? Merge(long offset, Span<float> destination)
    {
        var tile = Math.Min(Merger.BlockElements, KeysPerThread / inputs.Count);
        // Not a power of two, so that the rows of a column do not share one set of the cache.
        var stride = tile + 48;
        var scratch = ArrayPool<float>.Shared.Rent(tile);
        var keys = ArrayPool<int>.Shared.Rent(inputs.Count * stride);
        var carried = kernel.IsWeighted ? ArrayPool<int>.Shared.Rent(inputs.Count * ColumnSorter.StripElements) : [];
        MergeFault? fault = null;
        for (var at = 0; at < destination.Length && fault is null; at += tile)
        {
            var result = destination.Slice(at, Math.Min(tile, destination.Length - at));
            for (var input = 0; input < inputs.Count && fault is null; input++)
                ColumnSorter.ToKeys(
                    inputs.View(input, offset + at, scratch.AsSpan(0, result.Length), ref fault), keys.AsSpan(input * stride, result.Length));
            if (fault is null)
                kernel.Select(keys, stride, carried, result);
        }

        ArrayPool<float>.Shared.Return(scratch);
        ArrayPool<int>.Shared.Return(keys);
        if (kernel.IsWeighted)
            ArrayPool<int>.Shared.Return(carried);
        return fault;
    }
}
