using System.Numerics;
using System.Runtime.InteropServices;

namespace Starling.Core.Models;

/// <summary>Finds NaNs and infinities by their bits: an exponent of all ones.</summary>
public static class FiniteCheck
{
    private const int Exponent = 0x7F800000;

    /// <summary>The first element that is a NaN or an infinity, or -1.</summary>
    public static int IndexOfNotFinite(ReadOnlySpan<float> values)
    {
        var bits = MemoryMarshal.Cast<float, int>(values);
        var at = 0;
        var mask = new Vector<int>(Exponent);
        for (; at + (4 * Vector<int>.Count) <= bits.Length; at += 4 * Vector<int>.Count)
        {
            var found = Vector.Equals(new Vector<int>(bits[at..]) & mask, mask)
                | Vector.Equals(new Vector<int>(bits[(at + Vector<int>.Count)..]) & mask, mask)
                | Vector.Equals(new Vector<int>(bits[(at + (2 * Vector<int>.Count))..]) & mask, mask)
                | Vector.Equals(new Vector<int>(bits[(at + (3 * Vector<int>.Count))..]) & mask, mask);
            if (found != Vector<int>.Zero)
                break;
        }

        for (; at < bits.Length; at++)
            if ((bits[at] & Exponent) == Exponent)
                return at;
        return -1;
    }
}
