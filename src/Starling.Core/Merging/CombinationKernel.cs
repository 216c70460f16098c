using System.Numerics;

namespace Starling.Core.Merging;

/// <summary>The arithmetic of a combination of states around one of them, lane by lane, so that it is the same at any vector width.</summary>
internal static class CombinationKernel
{
    /// <summary>Adds a coefficient times the difference to the origin, in float64, and widens the range of the values.</summary>
    internal static void Add(
        ReadOnlySpan<float> values, ReadOnlySpan<float> origin, double coefficient, Span<double> sums, Span<float> least, Span<float> most)
    {
        var c = new Vector<double>(coefficient);
        var at = 0;
        for (; at <= values.Length - Vector<float>.Count; at += Vector<float>.Count)
        {
            var x = new Vector<float>(values[at..]);
            Vector.Widen(x, out var xLow, out var xHigh);
            Vector.Widen(new Vector<float>(origin[at..]), out var originLow, out var originHigh);
            var low = sums[at..];
            var high = sums[(at + Vector<double>.Count)..];
            (new Vector<double>(low) + (c * (xLow - originLow))).CopyTo(low);
            (new Vector<double>(high) + (c * (xHigh - originHigh))).CopyTo(high);
            var l = new Vector<float>(least[at..]);
            var m = new Vector<float>(most[at..]);
            Vector.ConditionalSelect(Vector.LessThan(x, l), x, l).CopyTo(least[at..]);
            Vector.ConditionalSelect(Vector.GreaterThan(x, m), x, m).CopyTo(most[at..]);
        }

        for (; at < values.Length; at++)
        {
            sums[at] += coefficient * ((double)values[at] - origin[at]);
            least[at] = values[at] < least[at] ? values[at] : least[at];
            most[at] = values[at] > most[at] ? values[at] : most[at];
        }
    }

    /// <summary>Adds the sums to the origin, rounds to float32 and keeps the result within the range. A sum of 0 leaves the origin's bits, its sign of zero too.</summary>
    internal static void Finish(
        ReadOnlySpan<float> origin, ReadOnlySpan<double> sums, ReadOnlySpan<float> least, ReadOnlySpan<float> most, Span<float> destination)
    {
        for (var i = 0; i < destination.Length; i++)
        {
            var value = sums[i] == 0 ? origin[i] : (float)(origin[i] + sums[i]);
            value = value < least[i] ? least[i] : value;
            destination[i] = value > most[i] ? most[i] : value;
        }
    }
}
