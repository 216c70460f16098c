using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Starling.Core.Merging;

/// <summary>Medians of many coordinates at once. What a median is does not depend on how the rows are sorted.</summary>
internal sealed class MedianKernel : IColumnKernel
{
    private readonly int rows;
    private readonly ColumnSorter sorter;
    private readonly int half;
    private readonly int lowerNeed;

    /// <summary>Prepares for inputs of these weights, whose sum fits 31 bits.</summary>
    internal MedianKernel(int[] weights)
    {
        rows = weights.Length;
        sorter = new ColumnSorter(weights, (rows - 1) / 2, rows / 2);
        var total = checked(weights.Sum());
        half = total / 2;
        lowerNeed = total - half;
    }

    /// <inheritdoc/>
    public int CarriedElements => sorter.CarriedElements;

    /// <inheritdoc/>
    public void Select(Span<int> keys, int stride, Span<int> carried, Span<float> results)
    {
        for (var at = 0; at < results.Length; at += sorter.StripElements)
        {
            var strip = results.Slice(at, Math.Min(sorter.StripElements, results.Length - at));
            if (sorter.IsWeighted)
                sorter.FillWeights(carried, strip.Length);
            var done = 0;
            if (Vector512.IsHardwareAccelerated)
                done = SelectStrip<Lanes512, Vector512<float>, Vector512<int>>(keys[at..], stride, carried, strip, 0);
            else if (Vector256.IsHardwareAccelerated)
                done = SelectStrip<Lanes256, Vector256<float>, Vector256<int>>(keys[at..], stride, carried, strip, 0);
            else if (Vector128.IsHardwareAccelerated)
                done = SelectStrip<Lanes128, Vector128<float>, Vector128<int>>(keys[at..], stride, carried, strip, 0);
            SelectStrip<Lanes32, float, int>(keys[at..], stride, carried, strip, done);
        }
    }

    private int SelectStrip<TLanes, TFloat, TInt>(Span<int> keys, int stride, Span<int> carried, Span<float> medians, int from)
        where TLanes : struct, ILanes<TFloat, TInt>
        where TFloat : struct
        where TInt : struct
    {
        var count = (medians.Length - from) / TLanes.Count * TLanes.Count;
        if (count == 0)
            return from;
        // The slices prove that the rows reach as far as the unchecked reads below.
        ref var key = ref MemoryMarshal.GetReference(keys[..(((rows - 1) * stride) + from + count)]);
        if (sorter.IsWeighted)
        {
            ref var weight = ref MemoryMarshal.GetReference(carried[..(((rows - 1) * sorter.StripElements) + from + count)]);
            sorter.SortWeighted<TLanes, TFloat, TInt>(ref key, stride, ref weight, from, from + count);
            PickWeighted<TLanes, TFloat, TInt>(ref key, stride, ref weight, medians, from, from + count);
        }
        else
        {
            sorter.Sort<TLanes, TFloat, TInt>(ref key, stride, from, from + count);
            ref var low = ref Unsafe.Add(ref key, (rows - 1) / 2 * stride);
            ref var high = ref Unsafe.Add(ref key, rows / 2 * stride);
            ref var median = ref MemoryMarshal.GetReference(medians);
            for (var i = (nuint)from; i < (nuint)(from + count); i += (nuint)TLanes.Count)
                TLanes.Store(TLanes.Midpoint(TLanes.FromKey(TLanes.Load(ref low, i)), TLanes.FromKey(TLanes.Load(ref high, i))), ref median,
                    i);
        }

        return from + count;
    }

    // The lower is the first value whose cumulative weight reaches half, the upper the first whose cumulative weight exceeds it.
    private void PickWeighted<TLanes, TFloat, TInt>(ref int keys, int stride, ref int carried, Span<float> medians, int from, int end)
        where TLanes : struct, ILanes<TFloat, TInt>
        where TFloat : struct
        where TInt : struct
    {
        ref var median = ref MemoryMarshal.GetReference(medians);
        var lowerLeast = TLanes.Splat(lowerNeed);
        var upperLeast = TLanes.Splat(half + 1);
        for (var i = from; i < end; i += TLanes.Count)
        {
            var before = TLanes.Splat(0);
            var lower = TLanes.Splat(0);
            var upper = TLanes.Splat(0);
            for (var row = 0; row < rows; row++)
            {
                var key = TLanes.Load(ref keys, (nuint)((row * stride) + i));
                lower = TLanes.SelectIfLess(before, lowerLeast, key, lower);
                upper = TLanes.SelectIfLess(before, upperLeast, key, upper);
                before = TLanes.Add(before, TLanes.Load(ref carried, (nuint)((row * sorter.StripElements) + i)));
            }

            TLanes.Store(TLanes.Midpoint(TLanes.FromKey(lower), TLanes.FromKey(upper)), ref median, (nuint)i);
        }
    }
}
