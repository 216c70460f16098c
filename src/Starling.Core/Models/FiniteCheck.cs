using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Starling.Core.Models;

/// <summary>Finds NaNs and infinities by their bits: an exponent of all ones.</summary>
public static class FiniteCheck
{
    /// <summary>Without its sign, a number that is not finite has at least these bits.</summary>
    internal const int Exponent = 0x7F800000;

    private const int Width = 16;

    /// <summary>The first element that is a NaN or an infinity, or -1.</summary>
    public static int IndexOfNotFinite(ReadOnlySpan<float> values)
    {
        var bits = MemoryMarshal.Cast<float, int>(values);
        ref var first = ref MemoryMarshal.GetReference(bits);
        var at = 0;
        // Without its sign a number that is not finite is the greatest of integers.
        var magnitude = Vector512.Create(int.MaxValue);
        for (; at + (4 * Width) <= bits.Length; at += 4 * Width)
        {
            var most = Vector512.Max(
                Vector512.Max(Vector512.LoadUnsafe(ref first, (nuint)at) & magnitude,
                    Vector512.LoadUnsafe(ref first, (nuint)(at + Width)) & magnitude),
                Vector512.Max(
                    Vector512.LoadUnsafe(ref first, (nuint)(at + (2 * Width))) & magnitude,
                    Vector512.LoadUnsafe(ref first, (nuint)(at + (3 * Width))) & magnitude));
            if (Vector512.GreaterThanOrEqualAny(most, Vector512.Create(Exponent)))
                break;
        }

        for (; at < bits.Length; at++)
            if ((bits[at] & Exponent) == Exponent)
                return at;
        return -1;
    }
}
