using System.Buffers;
using System.Collections.Immutable;
using Starling.Core.Identity;

namespace Starling.Core.Models;

/// <summary>What <c>starling model show</c> tells about a state.</summary>
/// <param name="SchemaHash">The digest of names, types and shapes: states with the same one can be merged.</param>
/// <param name="Tensors">The tensors by name.</param>
/// <param name="Parameters">The number of elements in all of them.</param>
/// <param name="Bytes">What they take in a file, without the header.</param>
public sealed record ModelSummary(Digest SchemaHash, ImmutableArray<TensorSummary> Tensors, long Parameters, long Bytes)
{
    private const int PieceElements = 16_384;

    /// <summary>Sums up a state, piece by piece. Sums are f64, in the order of the elements.</summary>
    public static ModelSummary Of(IModelSource state)
    {
        var tensors = ImmutableArray.CreateBuilder<TensorSummary>(state.Schema.Tensors.Length);
        long parameters = 0, bytes = 0;
        for (var i = 0; i < state.Schema.Tensors.Length; i++)
        {
            var spec = state.Schema.Tensors[i];
            tensors.Add(Summarise(state, i));
            parameters += spec.Count;
            bytes += spec.Count * spec.Type.Size();
        }

        return new(state.Schema.Hash, tensors.MoveToImmutable(), parameters, bytes);
    }

    private static TensorSummary Summarise(IModelSource state, int tensor)
    {
        var spec = state.Schema.Tensors[tensor];
        var floats = ArrayPool<float>.Shared.Rent(PieceElements);
        var integers = ArrayPool<long>.Shared.Rent(PieceElements);
        double minimum = double.PositiveInfinity, maximum = double.NegativeInfinity, sum = 0, squares = 0;
        var notFinite = 0L;
        for (var at = 0L; at < spec.Count; at += PieceElements)
        {
            var count = (int)Math.Min(PieceElements, spec.Count - at);
            if (spec.IsFloat)
                state.Read(state.Schema.OffsetOf(tensor) + at, floats.AsSpan(0, count));
            else
                state.ReadIntegers(tensor, at, integers.AsSpan(0, count));
            for (var i = 0; i < count; i++)
            {
                var value = spec.IsFloat ? floats[i] : (double)integers[i];
                if (!double.IsFinite(value))
                {
                    notFinite++;
                    continue;
                }

                minimum = Math.Min(minimum, value);
                maximum = Math.Max(maximum, value);
                sum += value;
                squares += value * value;
            }
        }

        ArrayPool<float>.Shared.Return(floats);
        ArrayPool<long>.Shared.Return(integers);
        var finite = spec.Count - notFinite;
        return finite == 0
            ? new(spec.Name, spec.Type, spec.Shape, spec.Count, notFinite, 0, 0, 0, 0)
            : new(spec.Name, spec.Type, spec.Shape, spec.Count, notFinite, minimum, maximum, sum / finite, Math.Sqrt(squares));
    }
}
