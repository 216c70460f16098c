using System.Numerics;
using System.Runtime.InteropServices;

namespace Starling.Learning.Optimisers;

/// <summary>Stochastic gradient descent with classical momentum (Polyak, 1964): <c>v = m v + g; w = w - r v</c>.</summary>
public sealed class SgdOptimiser : IOptimiser
{
    private readonly int count;
    private readonly float[] velocity;
    private readonly float rate;
    private readonly float momentum;

    /// <summary>Starts at rest.</summary>
    /// <param name="count">How many weights.</param>
    /// <param name="rate">The learning rate r, above 0.</param>
    /// <param name="momentum">The share m of the velocity that is kept, from 0 up to but not including 1.</param>
    public SgdOptimiser(int count, double rate, double momentum)
    {
        this.count = count;
        this.rate = (float)rate;
        this.momentum = (float)momentum;
        velocity = new float[this.momentum == 0 ? 0 : count];
    }

    /// <inheritdoc/>
    public void Step(Span<float> weights, ReadOnlySpan<float> gradient)
    {
        if (momentum == 0)
            Move(weights[..count], gradient[..count]);
        else
            Accelerate(weights[..count], gradient[..count]);
    }

    /// <summary>Without momentum the velocity is the gradient, and need not be kept: a third of the memory's traffic less.</summary>
    private void Move(Span<float> weights, ReadOnlySpan<float> gradient)
    {
        var w = MemoryMarshal.Cast<float, Vector<float>>(weights);
        var g = MemoryMarshal.Cast<float, Vector<float>>(gradient);
        for (var i = 0; i < w.Length; i++)
            w[i] -= g[i] * rate;
        for (var i = w.Length * Vector<float>.Count; i < weights.Length; i++)
            weights[i] -= gradient[i] * rate;
    }

    private void Accelerate(Span<float> weights, ReadOnlySpan<float> gradient)
    {
        var w = MemoryMarshal.Cast<float, Vector<float>>(weights);
        var g = MemoryMarshal.Cast<float, Vector<float>>(gradient);
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
