using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Starling.Core.Merging;

/// <summary>
/// Medians of many coordinates at once: a row an input, a column a coordinate. The rows are sorted against each other by a network, strip by
/// strip so that a strip stays in the first-level cache. What a median is does not depend on how the rows are sorted.
/// </summary>
internal sealed class MedianKernel
{
    /// <summary>Columns sorted together.</summary>
    internal const int StripElements = 64;

    private readonly int[] weights;
    private readonly bool isWeighted;
    private readonly Comparator[] network;
    private readonly int half;
    private readonly int lowerNeed;

    /// <summary>Prepares for inputs of these weights, whose sum fits 31 bits.</summary>
    internal MedianKernel(int[] weights)
    {
        this.weights = weights;
        isWeighted = weights.Any(weight => weight != weights[0]);
        var total = checked(weights.Sum());
        half = total / 2;
        lowerNeed = total - half;
        network = isWeighted
            ? SortingNetwork.ForSorting(weights.Length)
            : SortingNetwork.ForSelecting(weights.Length, (weights.Length - 1) / 2, weights.Length / 2);
    }

    /// <summary>Turns floats into integers of the same order.</summary>
    internal static void ToKeys(ReadOnlySpan<float> values, Span<int> keys)
    {
        var done = 0;
        if (Vector512.IsHardwareAccelerated)
            done = ToKeys<Lanes512, Vector512<float>, Vector512<int>>(values, keys, 0);
        else if (Vector256.IsHardwareAccelerated)
            done = ToKeys<Lanes256, Vector256<float>, Vector256<int>>(values, keys, 0);
        else if (Vector128.IsHardwareAccelerated)
            done = ToKeys<Lanes128, Vector128<float>, Vector128<int>>(values, keys, 0);
        ToKeys<Lanes32, float, int>(values, keys, done);
    }

    /// <summary>Computes the medians of columns.</summary>
    /// <param name="keys">The rows, each beginning a stride after the one before. Destroyed.</param>
    /// <param name="stride">Elements from a row's beginning to the next one's, at least as many as there are columns.</param>
    /// <param name="scratch">Room for a strip of weights in each row if the weights differ.</param>
    /// <param name="medians">Receives one for each column.</param>
    internal void Select(Span<int> keys, int stride, Span<int> scratch, Span<float> medians)
    {
        for (var at = 0; at < medians.Length; at += StripElements)
        {
            var strip = medians.Slice(at, Math.Min(StripElements, medians.Length - at));
            if (isWeighted)
                for (var row = 0; row < weights.Length; row++)
                    scratch.Slice(row * StripElements, strip.Length).Fill(weights[row]);
            var done = 0;
            if (Vector512.IsHardwareAccelerated)
                done = SelectStrip<Lanes512, Vector512<float>, Vector512<int>>(keys[at..], stride, scratch, strip, 0);
            else if (Vector256.IsHardwareAccelerated)
                done = SelectStrip<Lanes256, Vector256<float>, Vector256<int>>(keys[at..], stride, scratch, strip, 0);
            else if (Vector128.IsHardwareAccelerated)
                done = SelectStrip<Lanes128, Vector128<float>, Vector128<int>>(keys[at..], stride, scratch, strip, 0);
            SelectStrip<Lanes32, float, int>(keys[at..], stride, scratch, strip, done);
        }
    }

    private static int ToKeys<TLanes, TFloat, TInt>(ReadOnlySpan<float> values, Span<int> keys, int from)
        where TLanes : struct, ILanes<TFloat, TInt>
        where TFloat : struct
        where TInt : struct
    {
        ref var value = ref MemoryMarshal.GetReference(values);
        ref var key = ref MemoryMarshal.GetReference(keys);
        var at = from;
        for (; at <= Math.Min(values.Length, keys.Length) - TLanes.Count; at += TLanes.Count)
            TLanes.Store(TLanes.ToKey(TLanes.Load(ref value, (nuint)at)), ref key, (nuint)at);
        return at;
    }

    private int SelectStrip<TLanes, TFloat, TInt>(Span<int> keys, int stride, Span<int> scratch, Span<float> medians, int from)
        where TLanes : struct, ILanes<TFloat, TInt>
        where TFloat : struct
        where TInt : struct
    {
        var count = (medians.Length - from) / TLanes.Count * TLanes.Count;
        if (count == 0)
            return from;
        var rows = weights.Length;
        // The slices prove that the rows reach as far as the unchecked reads below.
        ref var key = ref MemoryMarshal.GetReference(keys[..(((rows - 1) * stride) + from + count)]);
        if (isWeighted)
        {
            ref var weight = ref MemoryMarshal.GetReference(scratch[..(((rows - 1) * StripElements) + from + count)]);
            SortWeighted<TLanes, TFloat, TInt>(ref key, stride, ref weight, from, from + count);
            PickWeighted<TLanes, TFloat, TInt>(ref key, stride, ref weight, medians, from, from + count);
        }
        else
        {
            Sort<TLanes, TFloat, TInt>(ref key, stride, from, from + count);
            ref var low = ref Unsafe.Add(ref key, (rows - 1) / 2 * stride);
            ref var high = ref Unsafe.Add(ref key, rows / 2 * stride);
            ref var median = ref MemoryMarshal.GetReference(medians);
            for (var i = (nuint)from; i < (nuint)(from + count); i += (nuint)TLanes.Count)
                TLanes.Store(TLanes.Midpoint(TLanes.FromKey(TLanes.Load(ref low, i)), TLanes.FromKey(TLanes.Load(ref high, i))), ref median, i);
        }

        return from + count;
    }

    private void Sort<TLanes, TFloat, TInt>(ref int keys, int stride, int from, int end)
        where TLanes : struct, ILanes<TFloat, TInt>
        where TFloat : struct
        where TInt : struct
    {
        foreach (var step in network)
        {
            var low = (nuint)((step.Low * stride) + from);
            var high = (nuint)((step.High * stride) + from);
            for (var i = from; i < end; i += TLanes.Count)
            {
                var a = TLanes.Load(ref keys, low);
                var b = TLanes.Load(ref keys, high);
                if (step.KeepsLow)
                    TLanes.Store(TLanes.Min(a, b), ref keys, low);
                if (step.KeepsHigh)
                    TLanes.Store(TLanes.Max(a, b), ref keys, high);
                low += (nuint)TLanes.Count;
                high += (nuint)TLanes.Count;
            }
        }
    }

    private void SortWeighted<TLanes, TFloat, TInt>(ref int keys, int stride, ref int carried, int from, int end)
        where TLanes : struct, ILanes<TFloat, TInt>
        where TFloat : struct
        where TInt : struct
    {
        foreach (var step in network)
            for (var i = from; i < end; i += TLanes.Count)
            {
                var (low, high) = ((nuint)((step.Low * stride) + i), (nuint)((step.High * stride) + i));
                var (lowWeight, highWeight) = ((nuint)((step.Low * StripElements) + i), (nuint)((step.High * StripElements) + i));
                var a = TLanes.Load(ref keys, low);
                var b = TLanes.Load(ref keys, high);
                var v = TLanes.Load(ref carried, lowWeight);
                var w = TLanes.Load(ref carried, highWeight);
                TLanes.Store(TLanes.Min(a, b), ref keys, low);
                TLanes.Store(TLanes.Max(a, b), ref keys, high);
                TLanes.Store(TLanes.SelectIfLess(b, a, w, v), ref carried, lowWeight);
                TLanes.Store(TLanes.SelectIfLess(b, a, v, w), ref carried, highWeight);
            }
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
            for (var row = 0; row < weights.Length; row++)
            {
                var key = TLanes.Load(ref keys, (nuint)((row * stride) + i));
                lower = TLanes.SelectIfLess(before, lowerLeast, key, lower);
                upper = TLanes.SelectIfLess(before, upperLeast, key, upper);
                before = TLanes.Add(before, TLanes.Load(ref carried, (nuint)((row * StripElements) + i)));
            }

            TLanes.Store(TLanes.Midpoint(TLanes.FromKey(lower), TLanes.FromKey(upper)), ref median, (nuint)i);
        }
    }
}
