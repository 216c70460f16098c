using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Starling.Core.Merging;

/// <summary>The mean's arithmetic on rows of equal length, at the machine's widest vectors.</summary>
internal static class MeanKernel
{
    /// <summary>Starts with the first input.</summary>
    internal static void Begin(ReadOnlySpan<float> values, long weight, Span<float> sum, Span<float> least, Span<float> most)
    {
        for (var i = 0; i < values.Length; i++)
            sum[i] = values[i] * weight;
        values.CopyTo(least);
        values.CopyTo(most);
    }

    /// <summary>Adds another input.</summary>
    internal static void Add(ReadOnlySpan<float> values, long weight, Span<float> sum, Span<float> least, Span<float> most)
    {
        var done = 0;
        if (Vector512.IsHardwareAccelerated)
            done = Add<Lanes512, Vector512<float>, Vector512<int>>(values, weight, sum, least, most, 0);
        else if (Vector256.IsHardwareAccelerated)
            done = Add<Lanes256, Vector256<float>, Vector256<int>>(values, weight, sum, least, most, 0);
        else if (Vector128.IsHardwareAccelerated)
            done = Add<Lanes128, Vector128<float>, Vector128<int>>(values, weight, sum, least, most, 0);
        Add<Lanes32, float, int>(values, weight, sum, least, most, done);
    }

    /// <summary>Divides by the total weight and keeps the result within the inputs' range.</summary>
    internal static void Finish(long total, Span<float> sum, ReadOnlySpan<float> least, ReadOnlySpan<float> most)
    {
        var done = 0;
        if (Vector512.IsHardwareAccelerated)
            done = Finish<Lanes512, Vector512<float>, Vector512<int>>(total, sum, least, most, 0);
        else if (Vector256.IsHardwareAccelerated)
            done = Finish<Lanes256, Vector256<float>, Vector256<int>>(total, sum, least, most, 0);
        else if (Vector128.IsHardwareAccelerated)
            done = Finish<Lanes128, Vector128<float>, Vector128<int>>(total, sum, least, most, 0);
        Finish<Lanes32, float, int>(total, sum, least, most, done);
    }

    private static int Add<TLanes, TFloat, TInt>(
        ReadOnlySpan<float> values, long weight, Span<float> sum, Span<float> least, Span<float> most, int from)
        where TLanes : struct, ILanes<TFloat, TInt>
        where TFloat : struct
        where TInt : struct
    {
        ref var x0 = ref MemoryMarshal.GetReference(values);
        ref var sum0 = ref MemoryMarshal.GetReference(sum);
        ref var least0 = ref MemoryMarshal.GetReference(least[..sum.Length]);
        ref var most0 = ref MemoryMarshal.GetReference(most[..sum.Length]);
        var w = TLanes.Splat((float)weight);
        var end = Math.Min(values.Length, sum.Length) - TLanes.Count;
        var at = from;
        for (; at <= end; at += TLanes.Count)
        {
            var i = (nuint)at;
            var x = TLanes.Load(ref x0, i);
            TLanes.Store(TLanes.Add(TLanes.Load(ref sum0, i), TLanes.Multiply(w, x)), ref sum0, i);
            TLanes.Store(TLanes.Smaller(TLanes.Load(ref least0, i), x), ref least0, i);
            TLanes.Store(TLanes.Larger(TLanes.Load(ref most0, i), x), ref most0, i);
        }

        return at;
    }

    private static int Finish<TLanes, TFloat, TInt>(long total, Span<float> sum, ReadOnlySpan<float> least, ReadOnlySpan<float> most, int from)
        where TLanes : struct, ILanes<TFloat, TInt>
        where TFloat : struct
        where TInt : struct
    {
        ref var sum0 = ref MemoryMarshal.GetReference(sum);
        ref var least0 = ref MemoryMarshal.GetReference(least[..sum.Length]);
        ref var most0 = ref MemoryMarshal.GetReference(most[..sum.Length]);
        var w = TLanes.Splat((float)total);
        var end = sum.Length - TLanes.Count;
        var at = from;
        for (; at <= end; at += TLanes.Count)
        {
            var i = (nuint)at;
            var mean = TLanes.Divide(TLanes.Load(ref sum0, i), w);
            mean = TLanes.Larger(mean, TLanes.Load(ref least0, i));
            mean = TLanes.Smaller(mean, TLanes.Load(ref most0, i));
            TLanes.Store(mean, ref sum0, i);
        }

        return at;
    }
}
