using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Starling.Core.Merging;

/// <summary>
/// Sorts many columns at once: a row an input, a column a coordinate. The rows are sorted against each other by a network, strip by strip
/// so that a strip stays in the first-level cache. Weights travel with their keys; of equal keys the one with the lesser weight comes
/// first, so that the order depends neither on the network nor on the order of the inputs.
/// </summary>
internal sealed class ColumnSorter
{
    // 16 KiB of keys, and as many of weights if there are any.
    private const int KeysInCache = 4_096;

    private const int Infinity = 0x7F800000;

    private readonly int[] weights;
    private readonly Comparator[] network;

    /// <summary>
    /// Prepares for inputs of these weights, of which the rows from first to last will be looked at if the weights
    /// are equal, and all if not.
    /// </summary>
    internal ColumnSorter(int[] weights, int first, int last)
    {
        this.weights = weights;
        StripElements = Math.Clamp(KeysInCache / weights.Length / 64 * 64, 64, 512);
        IsWeighted = weights.Any(weight => weight != weights[0]);
        network = IsWeighted ? SortingNetwork.ForSorting(weights.Length) : SortingNetwork.ForSelecting(weights.Length, first, last);
    }

    /// <summary>Columns sorted together.</summary>
    internal int StripElements { get; }

    /// <summary>How many weights travel with the keys of a strip; none if they are all equal.</summary>
    internal int CarriedElements => IsWeighted ? weights.Length * StripElements : 0;

    /// <summary>Whether the weights differ.</summary>
    internal bool IsWeighted { get; }

    /// <summary>Turns floats into integers of the same order.</summary>
    /// <returns>Whether all of them are finite.</returns>
    internal static bool ToKeys(ReadOnlySpan<float> values, Span<int> keys)
    {
        var done = 0;
        var isFinite = true;
        if (Vector512.IsHardwareAccelerated)
            done = ToKeys<Lanes512, Vector512<float>, Vector512<int>>(values, keys, 0, ref isFinite);
        else if (Vector256.IsHardwareAccelerated)
            done = ToKeys<Lanes256, Vector256<float>, Vector256<int>>(values, keys, 0, ref isFinite);
        else if (Vector128.IsHardwareAccelerated)
            done = ToKeys<Lanes128, Vector128<float>, Vector128<int>>(values, keys, 0, ref isFinite);
        ToKeys<Lanes32, float, int>(values, keys, done, ref isFinite);
        return isFinite;
    }

    /// <summary>Puts each row's weight into all columns of a strip.</summary>
    internal void FillWeights(Span<int> carried, int columns)
    {
        for (var row = 0; row < weights.Length; row++)
            carried.Slice(row * StripElements, columns).Fill(weights[row]);
    }

    /// <summary>Sorts the columns from one up to another by their keys. The rows that were not asked for may end up in any order.</summary>
    internal void Sort<TLanes, TFloat, TInt>(ref int keys, int stride, int from, int end)
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

    /// <summary>Sorts the columns from one up to another by their keys, then by the weights that they carry.</summary>
    internal void SortWeighted<TLanes, TFloat, TInt>(ref int keys, int stride, ref int carried, int from, int end)
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
                TLanes.Store(TLanes.SelectIfLess(b, a, w, TLanes.SelectIfLess(a, b, v, TLanes.Min(v, w))), ref carried, lowWeight);
                TLanes.Store(TLanes.SelectIfLess(b, a, v, TLanes.SelectIfLess(a, b, w, TLanes.Max(v, w))), ref carried, highWeight);
            }
    }

    private static int ToKeys<TLanes, TFloat, TInt>(ReadOnlySpan<float> values, Span<int> keys, int from, ref bool isFinite)
        where TLanes : struct, ILanes<TFloat, TInt>
        where TFloat : struct
        where TInt : struct
    {
        ref var value = ref MemoryMarshal.GetReference(values);
        ref var key = ref MemoryMarshal.GetReference(keys[..values.Length]);
        var (least, most) = (TLanes.Splat(0), TLanes.Splat(0));
        var at = from;
        for (; at <= values.Length - TLanes.Count; at += TLanes.Count)
        {
            var keyed = TLanes.ToKey(TLanes.Load(ref value, (nuint)at));
            least = TLanes.Min(least, keyed);
            most = TLanes.Max(most, keyed);
            TLanes.Store(keyed, ref key, (nuint)at);
        }

        Span<int> ends = stackalloc int[2 * TLanes.Count];
        TLanes.Store(least, ref ends[0], 0);
        TLanes.Store(most, ref ends[0], (nuint)TLanes.Count);
        // The keys of the infinities; those of NaNs lie beyond them.
        isFinite &= ends.IndexOfAnyExceptInRange(~Infinity + 1, Infinity - 1) < 0;
        return at;
    }
}
