using System.Numerics;
using System.Runtime.InteropServices;

namespace Starling.Learning.Optimisers;

/// <summary>Stochastic gradient descent with classical momentum (Polyak, 1964): <c>v = m v + g; w = w - r v</c>.</summary>
public sealed class SgdOptimiser : IOptimiser
{
    private readonly float[] velocity;
    private readonly float rate;
    private readonly float momentum;

    /// <summary>Starts at rest.</summary>
    /// <param name="count">How many weights.</param>
    /// <param name="rate">The learning rate r, above 0.</param>
    /// <param name="momentum">The share m of the velocity that is kept, from 0 up to but not including 1.</param>
    public SgdOptimiser(int count, double rate, double momentum)
    {
        velocity = new float[count];
        this.rate = (float)rate;
        this.momentum = (float)momentum;
    }

    /// <inheritdoc/>
    public void Step(Span<float> weights, ReadOnlySpan<float> gradient)
    {
        var w = MemoryMarshal.Cast<float, Vector<float>>(weights[..velocity.Length]);
        var g = MemoryMarshal.Cast<float, Vector<float>>(gradient[..velocity.Length]);
        var v = MemoryMarshal.Cast<float, Vector<float>>(velocity.AsSpan());
        for (var i = 0; i < w.Length; i++)
        {
            v[i] = (v[i] * momentum) + g[i];
            w[i] -= v[i] * rate;
        }

        for (var i = w.Length * Vector<float>.Count; i < velocity.Length; i++)
        {
            velocity[i] = (velocity[i] * momentum) + gradient[i];
            weights[i] -= velocity[i] * rate;
        }
    }
}
