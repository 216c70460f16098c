using System.Buffers;

namespace Starling.Core.Models;

/// <summary>
/// Inspects a state before it enters a merge, once its schema was compared: floats, then integers, each in the schema's order.
/// </summary>
public static class ModelCheck
{
    private const int PieceElements = 65_536;

    /// <summary>Looks for a fault in the elements. Reads the state once, piece by piece.</summary>
    /// <param name="state">The state, whose author is not trusted.</param>
    /// <returns>The first fault, or null.</returns>
    public static ModelFault? Inspect(IModelSource state) => FindNotFinite(state) ?? FindOutOfRange(state);

    private static ModelFault? FindNotFinite(IModelSource state)
    {
        var scratch = ArrayPool<float>.Shared.Rent(PieceElements);
        try
        {
            for (var at = 0L; at < state.Schema.FloatCount; at += PieceElements)
            {
                var count = (int)Math.Min(PieceElements, state.Schema.FloatCount - at);
                var found = FiniteCheck.IndexOfNotFinite(state.View(at, scratch.AsSpan(0, count)));
                if (found < 0)
                    continue;
                var tensor = state.Schema.TensorAt(at + found);
                return new ModelFault(ModelFaultKind.NotFinite, state.Schema.Tensors[tensor].Name,
                    at + found - state.Schema.OffsetOf(tensor));
            }

            return null;
        }
        finally
        {
            ArrayPool<float>.Shared.Return(scratch);
        }
    }

    private static ModelFault? FindOutOfRange(IModelSource state)
    {
        var scratch = ArrayPool<long>.Shared.Rent(PieceElements);
        try
        {
            for (var i = 0; i < state.Schema.Tensors.Length; i++)
            {
                var spec = state.Schema.Tensors[i];
                if (spec.IsFloat)
                    continue;
                var (least, most) = spec.Type.Range();
                for (var at = 0L; at < spec.Count; at += PieceElements)
                {
                    var piece = scratch.AsSpan(0, (int)Math.Min(PieceElements, spec.Count - at));
                    state.ReadIntegers(i, at, piece);
                    var found = piece.IndexOfAnyExceptInRange(least, most);
                    if (found >= 0)
                        return new ModelFault(ModelFaultKind.OutOfRange, spec.Name, at + found);
                }
            }

            return null;
        }
        finally
        {
            ArrayPool<long>.Shared.Return(scratch);
        }
    }
}
