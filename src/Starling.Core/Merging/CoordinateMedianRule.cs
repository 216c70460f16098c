using System.Buffers;
using System.Collections.Immutable;

namespace Starling.Core.Merging;

/// <summary>
/// The weighted median of each coordinate (Yin et al., 2018): the least value whose cumulative weight exceeds half the total; where one
/// reaches exactly half, the midpoint of it and the next. Values are ordered as numbers, with -0 below +0. A midpoint is half the float32 sum, or the sum
/// of the halves where that overflows.
/// </summary>
public sealed class CoordinateMedianRule : IMergeRule
{
    // 4 MiB of keys for a thread, so that many states mean shorter rows and not more memory.
    private const int KeysPerThread = 1 << 20;

    /// <inheritdoc/>
    public string Name => "coordmedian";

    /// <inheritdoc/>
    public string Summary => "the weighted median of each coordinate";

    /// <inheritdoc/>
    public ImmutableArray<MergeParameter> Parameters => [];

    /// <inheritdoc/>
    public bool IsCoordinatewise => true;

    /// <inheritdoc/>
    public IPreparedMerge? Prepare(MergeInputs inputs, MergeParameters parameters, IBlockScheduler scheduler, out MergeFault? fault)
    {
        fault = null;
        return new Prepared(inputs);
    }

    private sealed class Prepared(MergeInputs inputs) : IPreparedMerge
    {
        private readonly bool isWeighted = inputs.Models.Any(model => model.Weight != inputs.Models[0].Weight);
        private readonly MedianKernel kernel = new([.. inputs.Models.Select(model => (int)model.Weight)]);

        public MergeFault? Merge(long offset, Span<float> destination)
        {
            var tile = Math.Min(Merger.BlockElements, KeysPerThread / inputs.Count);
            // Not a power of two, so that the rows of a column do not share one set of the cache.
            var stride = tile + 48;
            var scratch = ArrayPool<float>.Shared.Rent(tile);
            var keys = ArrayPool<int>.Shared.Rent(inputs.Count * stride);
            var weights = isWeighted ? ArrayPool<int>.Shared.Rent(inputs.Count * MedianKernel.StripElements) : [];
            MergeFault? fault = null;
            for (var at = 0; at < destination.Length && fault is null; at += tile)
            {
                var result = destination.Slice(at, Math.Min(tile, destination.Length - at));
                for (var input = 0; input < inputs.Count && fault is null; input++)
                    MedianKernel.ToKeys(
                        inputs.View(input, offset + at, scratch.AsSpan(0, result.Length), ref fault), keys.AsSpan(input * stride, result.Length));
                if (fault is null)
                    kernel.Select(keys, stride, weights, result);
            }

            ArrayPool<float>.Shared.Return(scratch);
            ArrayPool<int>.Shared.Return(keys);
            if (isWeighted)
                ArrayPool<int>.Shared.Return(weights);
            return fault;
        }
    }
}
