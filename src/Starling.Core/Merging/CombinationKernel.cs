using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Starling.Core.Merging;

/// <summary>
/// The arithmetic of a combination of states around one of them, lane by lane, so that it is the same at any vector width.
/// </summary>
internal static class CombinationKernel
{
    /// <summary>Inputs that are added in one pass over the sums.</summary>
    internal const int InputsAtOnce = 4;

    private const int Width = 16;

    /// <summary>
    /// Adds each coefficient times the difference to the origin, in float64, one input after another, and widens the range of the values.
    /// </summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    internal static void Add(
        ReadOnlySpan<float> a, ReadOnlySpan<float> b, ReadOnlySpan<float> c, ReadOnlySpan<float> d, ReadOnlySpan<float> origin,
        ReadOnlySpan<double> coefficients, Span<double> sums, Span<float> least, Span<float> most)
    {
        // The slices prove that every row is as long as the sums.
        ref var a0 = ref MemoryMarshal.GetReference(a[..sums.Length]);
        ref var b0 = ref MemoryMarshal.GetReference(b[..sums.Length]);
        ref var c0 = ref MemoryMarshal.GetReference(c[..sums.Length]);
        ref var d0 = ref MemoryMarshal.GetReference(d[..sums.Length]);
        ref var origin0 = ref MemoryMarshal.GetReference(origin[..sums.Length]);
        ref var sums0 = ref MemoryMarshal.GetReference(sums);
        ref var least0 = ref MemoryMarshal.GetReference(least[..sums.Length]);
        ref var most0 = ref MemoryMarshal.GetReference(most[..sums.Length]);
        var (nextA, nextB, nextC, nextD) =
            (Prefetch.AddressAfter(a), Prefetch.AddressAfter(b), Prefetch.AddressAfter(c), Prefetch.AddressAfter(d));
        var (u, v, w, z) = (Vector512.Create(coefficients[0]), Vector512.Create(coefficients[1]), Vector512.Create(coefficients[2]),
            Vector512.Create(coefficients[3]));
        var at = 0;
        for (; at <= sums.Length - Width; at += Width)
        {
            var i = (nuint)at;
            Prefetch.Line(nextA, i);
            Prefetch.Line(nextB, i);
            Prefetch.Line(nextC, i);
            Prefetch.Line(nextD, i);
            var (r, s) = Vector512.Widen(Vector512.LoadUnsafe(ref origin0, i));
            var p = Vector512.LoadUnsafe(ref a0, i);
            var q = Vector512.LoadUnsafe(ref b0, i);
            var x = Vector512.LoadUnsafe(ref c0, i);
            var y = Vector512.LoadUnsafe(ref d0, i);
            var (pl, ph) = Vector512.Widen(p);
            var (ql, qh) = Vector512.Widen(q);
            var (xl, xh) = Vector512.Widen(x);
            var (yl, yh) = Vector512.Widen(y);
            var low = Vector512.LoadUnsafe(ref sums0, i) + (u * (pl - r));
            var high = Vector512.LoadUnsafe(ref sums0, i + (Width / 2)) + (u * (ph - s));
            low += v * (ql - r);
            high += v * (qh - s);
            low += w * (xl - r);
            high += w * (xh - s);
            (low + (z * (yl - r))).StoreUnsafe(ref sums0, i);
            (high + (z * (yh - s))).StoreUnsafe(ref sums0, i + (Width / 2));
            Lanes512.Smaller(Lanes512.Smaller(Lanes512.Smaller(Lanes512.Smaller(Vector512.LoadUnsafe(ref least0, i), p), q), x), y)
                .StoreUnsafe(ref least0, i);
            Lanes512.Larger(Lanes512.Larger(Lanes512.Larger(Lanes512.Larger(Vector512.LoadUnsafe(ref most0, i), p), q), x), y)
                .StoreUnsafe(ref most0, i);
        }

        AddTail(a[at..], origin[at..], coefficients[0], sums[at..], least[at..], most[at..]);
        AddTail(b[at..], origin[at..], coefficients[1], sums[at..], least[at..], most[at..]);
        AddTail(c[at..], origin[at..], coefficients[2], sums[at..], least[at..], most[at..]);
        AddTail(d[at..], origin[at..], coefficients[3], sums[at..], least[at..], most[at..]);
    }

    /// <summary>Adds one input.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    internal static void Add(
        ReadOnlySpan<float> values, ReadOnlySpan<float> origin, double coefficient, Span<double> sums, Span<float> least, Span<float> most)
    {
        ref var values0 = ref MemoryMarshal.GetReference(values[..sums.Length]);
        ref var origin0 = ref MemoryMarshal.GetReference(origin[..sums.Length]);
        ref var sums0 = ref MemoryMarshal.GetReference(sums);
        ref var least0 = ref MemoryMarshal.GetReference(least[..sums.Length]);
        ref var most0 = ref MemoryMarshal.GetReference(most[..sums.Length]);
        var next = Prefetch.AddressAfter(values);
        var c = Vector512.Create(coefficient);
        var at = 0;
        for (; at <= sums.Length - Width; at += Width)
        {
            var i = (nuint)at;
            Prefetch.Line(next, i);
            var x = Vector512.LoadUnsafe(ref values0, i);
            var (low, high) = Vector512.Widen(x);
            var (r, s) = Vector512.Widen(Vector512.LoadUnsafe(ref origin0, i));
            (Vector512.LoadUnsafe(ref sums0, i) + (c * (low - r))).StoreUnsafe(ref sums0, i);
            (Vector512.LoadUnsafe(ref sums0, i + (Width / 2)) + (c * (high - s))).StoreUnsafe(ref sums0, i + (Width / 2));
            Lanes512.Smaller(Vector512.LoadUnsafe(ref least0, i), x).StoreUnsafe(ref least0, i);
            Lanes512.Larger(Vector512.LoadUnsafe(ref most0, i), x).StoreUnsafe(ref most0, i);
        }

        AddTail(values[at..], origin[at..], coefficient, sums[at..], least[at..], most[at..]);
    }

    /// <summary>
    /// Adds the sums to the origin, rounds to float32 and keeps the result within the range. A sum of 0 leaves the origin's
    /// bits, its sign of zero too.
    /// </summary>
    internal static void Finish(
        ReadOnlySpan<float> origin, ReadOnlySpan<double> sums, ReadOnlySpan<float> least, ReadOnlySpan<float> most, Span<float> destination)
    {
        var at = 0;
        for (; at <= destination.Length - Width; at += Width)
        {
            var bits = Vector512.Create(origin.Slice(at, Width));
            var (r, s) = Vector512.Widen(bits);
            var (low, high) = (Vector512.Create(sums.Slice(at, Width / 2)), Vector512.Create(sums.Slice(at + (Width / 2), Width / 2)));
            var isZero = Vector512.Narrow(Vector512.Equals(low, Vector512<double>.Zero).AsInt64(),
                Vector512.Equals(high, Vector512<double>.Zero).AsInt64());
            var value = Vector512.ConditionalSelect(isZero.AsSingle(), bits, Vector512.Narrow(r + low, s + high));
            value = Lanes512.Larger(value, Vector512.Create(least.Slice(at, Width)));
            Lanes512.Smaller(value, Vector512.Create(most.Slice(at, Width))).CopyTo(destination[at..]);
        }

        for (; at < destination.Length; at++)
        {
            var value = sums[at] == 0 ? origin[at] : (float)(origin[at] + sums[at]);
            value = value < least[at] ? least[at] : value;
            destination[at] = value > most[at] ? most[at] : value;
        }
    }

    private static void AddTail(
        ReadOnlySpan<float> values, ReadOnlySpan<float> origin, double coefficient, Span<double> sums, Span<float> least, Span<float> most)
    {
        for (var at = 0; at < values.Length; at++)
        {
            sums[at] += coefficient * ((double)values[at] - origin[at]);
            least[at] = Lanes32.Smaller(least[at], values[at]);
            most[at] = Lanes32.Larger(most[at], values[at]);
        }
    }
}
