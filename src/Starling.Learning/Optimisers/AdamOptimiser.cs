using System.Numerics;
using System.Runtime.InteropServices;

namespace Starling.Learning.Optimisers;

/// <summary>Adam (Kingma and Ba, 2015), with its bias corrections, beta 0.9 and 0.999, epsilon 1e-8.</summary>
public sealed class AdamOptimiser : IOptimiser
{
    private const double Beta1 = 0.9, Beta2 = 0.999;
    private const float Epsilon = 1e-8f;
    private readonly float[] first;
    private readonly float[] second;
    private readonly double rate;
    private double power1 = 1, power2 = 1;

    /// <summary>Starts with empty moments.</summary>
    /// <param name="count">How many weights.</param>
    /// <param name="rate">The learning rate, above 0.</param>
    public AdamOptimiser(int count, double rate)
    {
        (first, second) = (new float[count], new float[count]);
        this.rate = rate;
    }

    /// <inheritdoc/>
    public void Step(Span<float> weights, ReadOnlySpan<float> gradient)
    {
        (power1, power2) = (power1 * Beta1, power2 * Beta2);
        var step = (float)(rate / (1 - power1));
        var correction = (float)(1 / Math.Sqrt(1 - power2));
        const float b1 = (float)Beta1, b2 = (float)Beta2, r1 = (float)(1 - Beta1), r2 = (float)(1 - Beta2);
        var w = MemoryMarshal.Cast<float, Vector<float>>(weights[..first.Length]);
        var g = MemoryMarshal.Cast<float, Vector<float>>(gradient[..first.Length]);
        var m = MemoryMarshal.Cast<float, Vector<float>>(first.AsSpan());
        var v = MemoryMarshal.Cast<float, Vector<float>>(second.AsSpan());
        for (var i = 0; i < w.Length; i++)
        {
            m[i] = (m[i] * b1) + (g[i] * r1);
            v[i] = (v[i] * b2) + (g[i] * g[i] * r2);
            w[i] -= m[i] * step / ((Vector.SquareRoot(v[i]) * correction) + new Vector<float>(Epsilon));
        }

        for (var i = w.Length * Vector<float>.Count; i < first.Length; i++)
        {
            first[i] = (first[i] * b1) + (gradient[i] * r1);
            second[i] = (second[i] * b2) + (gradient[i] * gradient[i] * r2);
            weights[i] -= first[i] * step / ((MathF.Sqrt(second[i]) * correction) + Epsilon);
        }
    }
}
