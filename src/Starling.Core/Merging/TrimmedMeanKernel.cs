using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Starling.Core.Merging;

/// <summary>Trimmed means of many coordinates at once; <see cref="TrimmedMeanRule"/> says what they are.</summary>
internal sealed class TrimmedMeanKernel : IColumnKernel
{
    private const int Width = 16;

    private readonly int rows;
    private readonly ColumnSorter sorter;
    private readonly double low;
    private readonly double high;

    // For equal weights, how much of each sorted row is kept, from the first of which anything is.
    private readonly int first;
    private readonly double[] kept;

    /// <summary>Prepares for inputs of these weights, whose sum fits 31 bits.</summary>
    /// <param name="weights">The weights.</param>
    /// <param name="millionths">The share of the weight that is cut at each end, below half a million.</param>
    internal TrimmedMeanKernel(int[] weights, int millionths)
    {
        var divisor = weights.Aggregate(GreatestCommonDivisor);
        weights = Array.ConvertAll(weights, weight => weight / divisor);
        rows = weights.Length;
        var total = weights.Sum(weight => (long)weight);
        low = (double)(millionths * total) / 1e6;
        high = total - low;
        first = (int)Math.Min(low, rows - 1);
        var last = Math.Clamp((int)Math.Ceiling(high) - 1, first, rows - 1);
        kept = [.. Enumerable.Range(first, last - first + 1).Select(row => Math.Max(0, Math.Min(row + 1, high) - Math.Max(row, low)))];
        sorter = new ColumnSorter(weights, first, last);
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
                done = SortStrip<Lanes512, Vector512<float>, Vector512<int>>(keys[at..], stride, carried, strip.Length, 0);
            else if (Vector256.IsHardwareAccelerated)
                done = SortStrip<Lanes256, Vector256<float>, Vector256<int>>(keys[at..], stride, carried, strip.Length, 0);
            else if (Vector128.IsHardwareAccelerated)
                done = SortStrip<Lanes128, Vector128<float>, Vector128<int>>(keys[at..], stride, carried, strip.Length, 0);
            SortStrip<Lanes32, float, int>(keys[at..], stride, carried, strip.Length, done);
            var whole = strip.Length / Width * Width;
            if (sorter.IsWeighted)
                AverageWeighted(keys[at..], stride, carried, strip, whole);
            else
                Average(keys[at..], stride, strip, whole);
        }
    }

    private static int GreatestCommonDivisor(int a, int b) => b == 0 ? a : GreatestCommonDivisor(b, a % b);

    private int SortStrip<TLanes, TFloat, TInt>(Span<int> keys, int stride, Span<int> carried, int columns, int from)
        where TLanes : struct, ILanes<TFloat, TInt>
        where TFloat : struct
        where TInt : struct
    {
        var end = from + ((columns - from) / TLanes.Count * TLanes.Count);
        if (end == from)
            return from;
        // The slices prove that the rows reach as far as the sorter's unchecked reads.
        ref var key = ref MemoryMarshal.GetReference(keys[..(((rows - 1) * stride) + end)]);
        if (sorter.IsWeighted)
            sorter.SortWeighted<TLanes, TFloat, TInt>(
                ref key, stride, ref MemoryMarshal.GetReference(carried[..(((rows - 1) * sorter.StripElements) + end)]), from, end);
        else
            sorter.Sort<TLanes, TFloat, TInt>(ref key, stride, from, end);
        return end;
    }

    private void Average(ReadOnlySpan<int> keys, int stride, Span<float> means, int whole)
    {
        var divisor = Vector512.Create(high - low);
        for (var at = 0; at < whole; at += Width)
        {
            var left = Vector512.Create(-0d);
            var right = left;
            for (var row = 0; row < kept.Length; row++)
            {
                var (a, b) = Vector512.Widen(Lanes512.FromKey(Vector512.Create(keys.Slice(((first + row) * stride) + at, Width))));
                left += kept[row] * a;
                right += kept[row] * b;
            }

            Vector512.Narrow(left / divisor, right / divisor).CopyTo(means[at..]);
        }

        for (var at = whole; at < means.Length; at++)
        {
            var sum = -0d;
            for (var row = 0; row < kept.Length; row++)
                sum += kept[row] * Lanes32.FromKey(keys[((first + row) * stride) + at]);
            means[at] = (float)(sum / (high - low));
        }
    }

    private void AverageWeighted(ReadOnlySpan<int> keys, int stride, ReadOnlySpan<int> carried, Span<float> means, int whole)
    {
        var divisor = Vector512.Create(high - low);
        for (var at = 0; at < whole; at += Width)
        {
            var (left, right) = (Vector512.Create(-0d), Vector512.Create(-0d));
            var (leftBefore, rightBefore) = (Vector512<double>.Zero, Vector512<double>.Zero);
            for (var row = 0; row < rows; row++)
            {
                var (a, b) = Vector512.Widen(Lanes512.FromKey(Vector512.Create(keys.Slice((row * stride) + at, Width))));
                var (v, w) = Vector512.Widen(Vector512.Create(carried.Slice((row * sorter.StripElements) + at, Width)));
                left = Add(left, a, ref leftBefore, Vector512.ConvertToDouble(v));
                right = Add(right, b, ref rightBefore, Vector512.ConvertToDouble(w));
            }

            Vector512.Narrow(left / divisor, right / divisor).CopyTo(means[at..]);
        }

        for (var at = whole; at < means.Length; at++)
        {
            var (sum, before) = (-0d, 0d);
            for (var row = 0; row < rows; row++)
            {
                var after = before + carried[(row * sorter.StripElements) + at];
                var part = Math.Min(after, high) - Math.Max(before, low);
                if (part > 0)
                    sum += part * Lanes32.FromKey(keys[(row * stride) + at]);
                before = after;
            }

            means[at] = (float)(sum / (high - low));
        }
    }

    // A value of which nothing is kept must not add its sign of zero.
    private Vector512<double> Add(Vector512<double> sum, Vector512<double> values, ref Vector512<double> before, Vector512<double> weights)
    {
        var after = before + weights;
        var part = Vector512.Min(after, Vector512.Create(high)) - Vector512.Max(before, Vector512.Create(low));
        before = after;
        return Vector512.ConditionalSelect(Vector512.GreaterThan(part, Vector512<double>.Zero), sum + (part * values), sum);
    }
}
