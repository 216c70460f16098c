using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Starling.Core.Models;

namespace Starling.Core.Merging;

/// <summary>The mean's arithmetic on rows of equal length, at the machine's widest vectors.</summary>
internal static class MeanKernel
{
    /// <summary>Inputs that are added in one pass over the sums.</summary>
    internal const int InputsAtOnce = 5;

    // Far above what rounding loses among subnormal numbers, times any number of inputs and weights.
    private const float Tiny = 1e-30f;

    /// <summary>Adds <see cref="InputsAtOnce"/> inputs, one after another.</summary>
    internal static void Add(
        ReadOnlySpan<float> a, ReadOnlySpan<float> b, ReadOnlySpan<float> c, ReadOnlySpan<float> d, ReadOnlySpan<float> e,
        ReadOnlySpan<float> weights, bool isFirst,
        Span<float> sum)
    {
        var done = 0;
        if (Vector512.IsHardwareAccelerated)
            done = Add<Lanes512, Vector512<float>, Vector512<int>>(a, b, c, d, e, weights, isFirst, sum, 0);
        else if (Vector256.IsHardwareAccelerated)
            done = Add<Lanes256, Vector256<float>, Vector256<int>>(a, b, c, d, e, weights, isFirst, sum, 0);
        else if (Vector128.IsHardwareAccelerated)
            done = Add<Lanes128, Vector128<float>, Vector128<int>>(a, b, c, d, e, weights, isFirst, sum, 0);
        Add<Lanes32, float, int>(a, b, c, d, e, weights, isFirst, sum, done);
    }

    /// <summary>
    /// Adds the last <see cref="InputsAtOnce"/> inputs and divides by the total weight. Tells whether a result is in doubt: it is a NaN or
    /// an infinity, as it is if an input is one, or lies so close to three of these inputs, within a share of the first, that the inputs'
    /// range may matter. That is looked for here since another pass would take longer.
    /// </summary>
    internal static unsafe bool AddLast(
        ReadOnlySpan<float> a, ReadOnlySpan<float> b, ReadOnlySpan<float> c, ReadOnlySpan<float> d, ReadOnlySpan<float> e,
        ReadOnlySpan<float> weights, bool isFirst,
        ReadOnlySpan<float> sum, long total, float relative, Span<float> destination, bool isPastCaches)
    {
        var (done, isInDoubt) = (0, false);
        fixed (float* pinned = destination)
        {
            var past = isPastCaches ? pinned : null;
            // Stores past the caches are of whole lines: the numbers before the first of them are done one by one.
            var before = isPastCaches ? destination[..Math.Min(destination.Length, AlignedBuffer<float>.Misaligned(ref *pinned))] : [];
            isInDoubt = AddLast<Lanes32, float, int>(a, b, c, d, e, weights, isFirst, sum, total, relative, before, past, ref done);
            if (Vector512.IsHardwareAccelerated)
                isInDoubt |= AddLast<Lanes512, Vector512<float>, Vector512<int>>(a, b, c, d, e, weights, isFirst, sum, total, relative,
                    destination, past, ref done);
            else if (Vector256.IsHardwareAccelerated)
                isInDoubt |= AddLast<Lanes256, Vector256<float>, Vector256<int>>(a, b, c, d, e, weights, isFirst, sum, total, relative,
                    destination, past, ref done);
            else if (Vector128.IsHardwareAccelerated)
                isInDoubt |= AddLast<Lanes128, Vector128<float>, Vector128<int>>(a, b, c, d, e, weights, isFirst, sum, total, relative,
                    destination, past, ref done);
            isInDoubt |= AddLast<Lanes32, float, int>(a, b, c, d, e, weights, isFirst, sum, total, relative, destination, past, ref done);
        }

        // Without a fence another thread could see what this one writes next, and not yet these.
        if (isPastCaches && Sse.IsSupported)
            Sse.StoreFence();
        return isInDoubt;
    }

    /// <summary>Adds an input and keeps the range.</summary>
    internal static void Add(ReadOnlySpan<float> values, float weight, bool isFirst, Span<float> sum, Span<float> least, Span<float> most)
    {
        var done = 0;
        if (Vector512.IsHardwareAccelerated)
            done = Add<Lanes512, Vector512<float>, Vector512<int>>(values, weight, isFirst, sum, least, most, 0);
        else if (Vector256.IsHardwareAccelerated)
            done = Add<Lanes256, Vector256<float>, Vector256<int>>(values, weight, isFirst, sum, least, most, 0);
        else if (Vector128.IsHardwareAccelerated)
            done = Add<Lanes128, Vector128<float>, Vector128<int>>(values, weight, isFirst, sum, least, most, 0);
        Add<Lanes32, float, int>(values, weight, isFirst, sum, least, most, done);
    }

    /// <summary>Divides by the total weight and keeps the result within the inputs' range.</summary>
    internal static void Finish(long total, ReadOnlySpan<float> sum, ReadOnlySpan<float> least, ReadOnlySpan<float> most,
        Span<float> destination)
    {
        var done = 0;
        if (Vector512.IsHardwareAccelerated)
            done = Finish<Lanes512, Vector512<float>, Vector512<int>>(total, sum, least, most, destination, 0);
        else if (Vector256.IsHardwareAccelerated)
            done = Finish<Lanes256, Vector256<float>, Vector256<int>>(total, sum, least, most, destination, 0);
        else if (Vector128.IsHardwareAccelerated)
            done = Finish<Lanes128, Vector128<float>, Vector128<int>>(total, sum, least, most, destination, 0);
        Finish<Lanes32, float, int>(total, sum, least, most, destination, done);
    }

    private static int Add<TLanes, TFloat, TInt>(
        ReadOnlySpan<float> a, ReadOnlySpan<float> b, ReadOnlySpan<float> c, ReadOnlySpan<float> d, ReadOnlySpan<float> e,
        ReadOnlySpan<float> weights, bool isFirst,
        Span<float> sum, int from)
        where TLanes : struct, ILanes<TFloat, TInt>
        where TFloat : struct
        where TInt : struct
    {
        ref var a0 = ref MemoryMarshal.GetReference(a[..sum.Length]);
        ref var b0 = ref MemoryMarshal.GetReference(b[..sum.Length]);
        ref var c0 = ref MemoryMarshal.GetReference(c[..sum.Length]);
        ref var d0 = ref MemoryMarshal.GetReference(d[..sum.Length]);
        ref var e0 = ref MemoryMarshal.GetReference(e[..sum.Length]);
        ref var sum0 = ref MemoryMarshal.GetReference(sum);
        var (u, v, w) = (TLanes.Splat(weights[0]), TLanes.Splat(weights[1]), TLanes.Splat(weights[2]));
        var (y, z) = (TLanes.Splat(weights[3]), TLanes.Splat(weights[4]));
        var at = from;
        for (; at <= sum.Length - TLanes.Count; at += TLanes.Count)
        {
            var i = (nuint)at;
            var product = TLanes.Multiply(u, TLanes.Load(ref a0, i));
            var total = isFirst ? product : TLanes.Add(TLanes.Load(ref sum0, i), product);
            total = TLanes.Add(total, TLanes.Multiply(v, TLanes.Load(ref b0, i)));
            total = TLanes.Add(total, TLanes.Multiply(w, TLanes.Load(ref c0, i)));
            total = TLanes.Add(total, TLanes.Multiply(y, TLanes.Load(ref d0, i)));
            TLanes.Store(TLanes.Add(total, TLanes.Multiply(z, TLanes.Load(ref e0, i))), ref sum0, i);
        }

        return at;
    }

    private static int Add<TLanes, TFloat, TInt>(
        ReadOnlySpan<float> values, float weight, bool isFirst, Span<float> sum, Span<float> least, Span<float> most, int from)
        where TLanes : struct, ILanes<TFloat, TInt>
        where TFloat : struct
        where TInt : struct
    {
        ref var x0 = ref MemoryMarshal.GetReference(values[..sum.Length]);
        ref var sum0 = ref MemoryMarshal.GetReference(sum);
        ref var least0 = ref MemoryMarshal.GetReference(least[..sum.Length]);
        ref var most0 = ref MemoryMarshal.GetReference(most[..sum.Length]);
        var w = TLanes.Splat(weight);
        var at = from;
        for (; at <= sum.Length - TLanes.Count; at += TLanes.Count)
        {
            var i = (nuint)at;
            var x = TLanes.Load(ref x0, i);
            var product = TLanes.Multiply(w, x);
            TLanes.Store(isFirst ? product : TLanes.Add(TLanes.Load(ref sum0, i), product), ref sum0, i);
            TLanes.Store(isFirst ? x : TLanes.Smaller(TLanes.Load(ref least0, i), x), ref least0, i);
            TLanes.Store(isFirst ? x : TLanes.Larger(TLanes.Load(ref most0, i), x), ref most0, i);
        }

        return at;
    }

    private static int Finish<TLanes, TFloat, TInt>(
        long total, ReadOnlySpan<float> sum, ReadOnlySpan<float> least, ReadOnlySpan<float> most, Span<float> destination, int from)
        where TLanes : struct, ILanes<TFloat, TInt>
        where TFloat : struct
        where TInt : struct
    {
        ref var sum0 = ref MemoryMarshal.GetReference(sum[..destination.Length]);
        ref var least0 = ref MemoryMarshal.GetReference(least[..destination.Length]);
        ref var most0 = ref MemoryMarshal.GetReference(most[..destination.Length]);
        ref var destination0 = ref MemoryMarshal.GetReference(destination);
        var w = TLanes.Splat((float)total);
        var at = from;
        for (; at <= destination.Length - TLanes.Count; at += TLanes.Count)
        {
            var i = (nuint)at;
            var mean = TLanes.Divide(TLanes.Load(ref sum0, i), w);
            mean = TLanes.Larger(mean, TLanes.Load(ref least0, i));
            mean = TLanes.Smaller(mean, TLanes.Load(ref most0, i));
            TLanes.Store(mean, ref destination0, i);
        }

        return at;
    }

    private static unsafe bool AddLast<TLanes, TFloat, TInt>(
        ReadOnlySpan<float> a, ReadOnlySpan<float> b, ReadOnlySpan<float> c, ReadOnlySpan<float> d, ReadOnlySpan<float> e,
        ReadOnlySpan<float> weights, bool isFirst,
        ReadOnlySpan<float> sum, long totalWeight, float relative, Span<float> destination, float* past, ref int done)
        where TLanes : struct, ILanes<TFloat, TInt>
        where TFloat : struct
        where TInt : struct
    {
        ref var a0 = ref MemoryMarshal.GetReference(a[..destination.Length]);
        ref var b0 = ref MemoryMarshal.GetReference(b[..destination.Length]);
        ref var c0 = ref MemoryMarshal.GetReference(c[..destination.Length]);
        ref var d0 = ref MemoryMarshal.GetReference(d[..destination.Length]);
        ref var e0 = ref MemoryMarshal.GetReference(e[..destination.Length]);
        ref var sum0 = ref MemoryMarshal.GetReference(sum[..destination.Length]);
        ref var destination0 = ref MemoryMarshal.GetReference(destination);
        var (u, v, w) = (TLanes.Splat(weights[0]), TLanes.Splat(weights[1]), TLanes.Splat(weights[2]));
        var (y, z) = (TLanes.Splat(weights[3]), TLanes.Splat(weights[4]));
        var (divisor, share, tiny) = (TLanes.Splat((float)totalWeight), TLanes.Splat(relative), TLanes.Splat(Tiny));
        var (least, largest) = (TLanes.Splat(1f), TLanes.Splat(0));
        var at = done; // Not the reference: the loop is to keep it in a register.
        for (; at <= destination.Length - TLanes.Count; at += TLanes.Count)
        {
            var i = (nuint)at;
            var first = TLanes.Load(ref a0, i);
            var product = TLanes.Multiply(u, first);
            var total = isFirst ? product : TLanes.Add(TLanes.Load(ref sum0, i), product);
            total = TLanes.Add(total, TLanes.Multiply(v, TLanes.Load(ref b0, i)));
            var middle = TLanes.Load(ref c0, i);
            total = TLanes.Add(total, TLanes.Multiply(w, middle));
            total = TLanes.Add(total, TLanes.Multiply(y, TLanes.Load(ref d0, i)));
            var last = TLanes.Load(ref e0, i);
            var mean = TLanes.Divide(TLanes.Add(total, TLanes.Multiply(z, last)), divisor);
            if (past != null)
                TLanes.StorePastCaches(mean, past + at);
            else
                TLanes.Store(mean, ref destination0, i);
            largest = TLanes.Max(largest, TLanes.ToKey(TLanes.Abs(mean)));
            var apart = TLanes.Larger(TLanes.Abs(TLanes.Subtract(mean, first)), TLanes.Abs(TLanes.Subtract(last, first)));
            apart = TLanes.Larger(apart, TLanes.Abs(TLanes.Subtract(middle, first)));
            least = TLanes.Smaller(least, TLanes.Subtract(apart, TLanes.Add(TLanes.Multiply(share, TLanes.Abs(first)), tiny)));
        }

        done = at;
        Span<float> lanes = stackalloc float[TLanes.Count];
        TLanes.Store(least, ref MemoryMarshal.GetReference(lanes), 0);
        Span<int> keys = stackalloc int[TLanes.Count];
        TLanes.Store(largest, ref MemoryMarshal.GetReference(keys), 0);
        return lanes.ContainsAnyInRange(float.NegativeInfinity, 0) || keys.ContainsAnyInRange(FiniteCheck.Exponent, int.MaxValue);
    }
}
