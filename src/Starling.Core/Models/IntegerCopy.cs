using System.Buffers;

namespace Starling.Core.Models;

/// <summary>Copies the integers of a state, piece by piece.</summary>
public static class IntegerCopy
{
    private const int PieceElements = 16_384;

    /// <summary>Copies every integer tensor to a state of the same schema.</summary>
    /// <exception cref="OverflowException">A truth value is neither 0 nor 1: the source is a file that was not checked.</exception>
    public static void Copy(IModelSource source, IModelSink sink)
    {
        var piece = ArrayPool<long>.Shared.Rent(PieceElements);
        try
        {
            for (var tensor = 0; tensor < source.Schema.Tensors.Length; tensor++)
            {
                var spec = source.Schema.Tensors[tensor];
                for (var at = 0L; !spec.IsFloat && at < spec.Count; at += PieceElements)
                {
                    var elements = piece.AsSpan(0, (int)Math.Min(PieceElements, spec.Count - at));
                    source.ReadIntegers(tensor, at, elements);
                    sink.WriteIntegers(tensor, at, elements);
                }
            }
        }
        finally
        {
            ArrayPool<long>.Shared.Return(piece);
        }
    }
}
