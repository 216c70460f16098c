using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Starling.Core.Models;

namespace Starling.Core.Merging;

/// <summary>
/// Squared Euclidean distances in float64 between pieces of states. Element e of a tile goes to lane e modulo 16, and the lanes are added
/// in halves, so that the sum is the same at any vector width. The loops are not inlined: together they need more registers than there are.
/// </summary>
internal static class DistanceKernel
{
    /// <summary>Elements in a tile, the longest piece that is summed on its own: ten rows of them stay in the first-level cache.</summary>
    internal const int TileElements = 256;

    /// <summary>The most elements that are read of a state at once, a whole number of tiles.</summary>
    internal const int PieceElements = 4_096;

    /// <summary>Pairs of one row with others that <see cref="Add"/> takes at once.</summary>
    internal const int PairsAtOnce = 4;

    private const int Lanes = 16;

    /// <summary>The length of a row that holds so many elements: the next multiple of the lanes.</summary>
    internal static int Padded(int length) => (length + Lanes - 1) / Lanes * Lanes;

    /// <summary>Converts to float64 and fills the row up with zeros, which add nothing to a distance of two rows.</summary>
    /// <returns>Whether all the values are finite: a second pass to find out would have to wait for the memory.</returns>
    [MethodImpl(MethodImplOptions.NoInlining)]
    internal static bool Widen(ReadOnlySpan<float> values, Span<double> row)
    {
        ref var values0 = ref MemoryMarshal.GetReference(values);
        ref var row0 = ref MemoryMarshal.GetReference(row[..Padded(values.Length)]);
        var largest = Vector512<int>.Zero;
        var at = 0;
        for (; at <= values.Length - Lanes; at += Lanes)
        {
            var both = Vector512.LoadUnsafe(ref values0, (nuint)at);
            largest = Vector512.Max(largest, Vector512.Abs(both).AsInt32());
            var (low, high) = Vector512.Widen(both);
            low.StoreUnsafe(ref row0, (nuint)at);
            high.StoreUnsafe(ref row0, (nuint)(at + (Lanes / 2)));
        }

        var isFinite = Vector512.LessThanAll(largest, Vector512.Create(FiniteCheck.Exponent));
        for (; at < values.Length; at++)
        {
            isFinite &= float.IsFinite(values[at]);
            row[at] = values[at];
        }

        row[at..].Clear();
        return isFinite;
    }

    /// <summary>The squared distance of two rows of one padded length.</summary>
    /// <param name="a">A row.</param>
    /// <param name="b">The other.</param>
    /// <param name="upcoming">The address of as many float32 that will be read soon (<see cref="Prefetch"/>).</param>
    [MethodImpl(MethodImplOptions.NoInlining)]
    internal static double Of(ReadOnlySpan<double> a, ReadOnlySpan<double> b, nint upcoming)
    {
        ref var x = ref MemoryMarshal.GetReference(a);
        ref var y = ref MemoryMarshal.GetReference(b[..a.Length]);
        var first = Vector512<double>.Zero;
        var second = Vector512<double>.Zero;
        for (nuint i = 0; i < (nuint)a.Length; i += Lanes)
        {
            Prefetch.Line(upcoming, i);
            var d = Vector512.LoadUnsafe(ref x, i) - Vector512.LoadUnsafe(ref y, i);
            var e = Vector512.LoadUnsafe(ref x, i + 8) - Vector512.LoadUnsafe(ref y, i + 8);
            first += d * d;
            second += e * e;
        }

        return Sum(first + second);
    }

    /// <summary>
    /// Adds the squared distances of a row to <see cref="PairsAtOnce"/> others, so that it is loaded once and the additions
    /// need not wait for each other.
    /// </summary>
    /// <param name="a">The row, of padded length.</param>
    /// <param name="others">The others, each beginning a stride after the one before.</param>
    /// <param name="stride">At least the row's length.</param>
    /// <param name="upcoming">As in <see cref="Of"/>.</param>
    /// <param name="sums">Receives a distance for each.</param>
    [MethodImpl(MethodImplOptions.NoInlining)]
    internal static void Add(ReadOnlySpan<double> a, ReadOnlySpan<double> others, int stride, nint upcoming, Span<double> sums)
    {
        ref var x = ref MemoryMarshal.GetReference(a);
        ref var y0 = ref MemoryMarshal.GetReference(others[..(((PairsAtOnce - 1) * stride) + a.Length)]);
        ref var y1 = ref Unsafe.Add(ref y0, stride);
        ref var y2 = ref Unsafe.Add(ref y1, stride);
        ref var y3 = ref Unsafe.Add(ref y2, stride);
        Vector512<double> f0 = default, f1 = default, f2 = default, f3 = default, s0 = default, s1 = default, s2 = default, s3 = default;
        for (nuint i = 0; i < (nuint)a.Length; i += Lanes)
        {
            Prefetch.Line(upcoming, i);
            var u = Vector512.LoadUnsafe(ref x, i);
            var v = Vector512.LoadUnsafe(ref x, i + 8);
            var d0 = u - Vector512.LoadUnsafe(ref y0, i);
            var d1 = u - Vector512.LoadUnsafe(ref y1, i);
            var d2 = u - Vector512.LoadUnsafe(ref y2, i);
            var d3 = u - Vector512.LoadUnsafe(ref y3, i);
            f0 += d0 * d0;
            f1 += d1 * d1;
            f2 += d2 * d2;
            f3 += d3 * d3;
            d0 = v - Vector512.LoadUnsafe(ref y0, i + 8);
            d1 = v - Vector512.LoadUnsafe(ref y1, i + 8);
            d2 = v - Vector512.LoadUnsafe(ref y2, i + 8);
            d3 = v - Vector512.LoadUnsafe(ref y3, i + 8);
            s0 += d0 * d0;
            s1 += d1 * d1;
            s2 += d2 * d2;
            s3 += d3 * d3;
        }

        sums[3] += Sum(f3 + s3);
        sums[2] += Sum(f2 + s2);
        sums[1] += Sum(f1 + s1);
        sums[0] += Sum(f0 + s0);
    }

    private static double Sum(Vector512<double> eight)
    {
        var four = eight.GetLower() + eight.GetUpper();
        var two = four.GetLower() + four.GetUpper();
        return two.GetElement(0) + two.GetElement(1);
    }
}
