using System.Buffers;
using System.Runtime.Intrinsics;
using Starling.Core.Models;

namespace Starling.Core.Merging;

/// <summary>
/// A state drawn towards a reference: r + part * (x - r), in float64, rounded to float32. Read piece by piece, it
/// is computed piece by piece.
/// </summary>
/// <param name="state">x.</param>
/// <param name="reference">r, of the same schema.</param>
/// <param name="part">How much of the difference is left, from 0 to 1.</param>
internal sealed class ClippedModel(IModelSource state, IModelSource reference, double part) : IModelSource
{
    private const int Width = 16;

    /// <inheritdoc/>
    public ModelSchema Schema => state.Schema;

    /// <inheritdoc/>
    public void Read(long offset, Span<float> destination)
    {
        var scratch = ArrayPool<float>.Shared.Rent(destination.Length);
        var origin = reference.View(offset, scratch.AsSpan(0, destination.Length));
        Clip(state.View(offset, destination), origin, destination);
        ArrayPool<float>.Shared.Return(scratch);
    }

    /// <inheritdoc/>
    public void ReadIntegers(int tensor, long offset, Span<long> destination) => state.ReadIntegers(tensor, offset, destination);

    // The values may be in the destination already.
    private void Clip(ReadOnlySpan<float> values, ReadOnlySpan<float> origin, Span<float> destination)
    {
        var at = 0;
        for (; at <= values.Length - Width; at += Width)
        {
            var (x, y) = Vector512.Widen(Vector512.Create(values.Slice(at, Width)));
            var (r, s) = Vector512.Widen(Vector512.Create(origin.Slice(at, Width)));
            Vector512.Narrow(r + (part * (x - r)), s + (part * (y - s))).CopyTo(destination[at..]);
        }

        for (; at < values.Length; at++)
            destination[at] = (float)(origin[at] + (part * ((double)values[at] - origin[at])));
    }
}
