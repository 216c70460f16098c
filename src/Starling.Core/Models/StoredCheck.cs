namespace Starling.Core.Models;

/// <summary>Looks at elements as a file stores them.</summary>
internal static class StoredCheck
{
    // Widened floats should still be in the processor's first cache when they are looked at.
    private const int PieceElements = 4096;

    /// <summary>
    /// Whether a float is a NaN or an infinity, or a truth value neither 0 nor 1. Of the other types every pattern of bits is a value.
    /// </summary>
    /// <param name="type">The elements' type.</param>
    /// <param name="stored">Whole elements.</param>
    internal static bool HasFault(ElementType type, ReadOnlySpan<byte> stored) => type switch
    {
        ElementType.F32 or ElementType.F16 or ElementType.BF16 => HasNotFinite(type, stored),
        ElementType.Bool => IndexOfNoTruth(stored) >= 0,
        _ => false,
    };

    /// <summary>The first truth value that is neither 0 nor 1, or -1.</summary>
    internal static int IndexOfNoTruth(ReadOnlySpan<byte> stored) => stored.IndexOfAnyExceptInRange((byte)0, (byte)1);

    private static bool HasNotFinite(ElementType type, ReadOnlySpan<byte> stored)
    {
        Span<float> widened = stackalloc float[PieceElements];
        for (var size = type.Size(); !stored.IsEmpty;)
        {
            var count = Math.Min(PieceElements, stored.Length / size);
            ElementCodec.ReadFloats(type, stored[..(count * size)], widened[..count]);
            if (FiniteCheck.IndexOfNotFinite(widened[..count]) >= 0)
                return true;
            stored = stored[(count * size)..];
        }

        return false;
    }
}
