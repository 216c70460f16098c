namespace Starling.Core.Models;

/// <summary>How each element type is named and how many bytes it takes in a safetensors file.</summary>
public static class ElementTypeFormat
{
    /// <summary>Bytes an element takes in a file: 1, 2, 4 or 8.</summary>
    public static int Size(this ElementType type) => type switch
    {
        ElementType.F32 or ElementType.I32 => 4,
        ElementType.F16 or ElementType.BF16 or ElementType.I16 => 2,
        ElementType.I64 => 8,
        ElementType.I8 or ElementType.U8 or ElementType.Bool => 1,
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "There is no such element type."),
    };

    /// <summary>The type's name in a file's header, such as <c>BF16</c> or <c>BOOL</c>.</summary>
    public static string Format(this ElementType type) => type switch
    {
        ElementType.F32 => "F32",
        ElementType.F16 => "F16",
        ElementType.BF16 => "BF16",
        ElementType.I8 => "I8",
        ElementType.U8 => "U8",
        ElementType.I16 => "I16",
        ElementType.I32 => "I32",
        ElementType.I64 => "I64",
        ElementType.Bool => "BOOL",
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "There is no such element type."),
    };

    /// <summary>Reads a name as <see cref="Format"/> writes it.</summary>
    public static bool TryParse(string text, out ElementType type)
    {
        for (type = ElementType.F32; type <= ElementType.Bool; type++)
            if (type.Format() == text)
                return true;
        type = default;
        return false;
    }

    /// <summary>The least and the greatest value of an integer type or of Bool.</summary>
    public static (long Least, long Most) Range(this ElementType type) => type switch
    {
        ElementType.I8 => (sbyte.MinValue, sbyte.MaxValue),
        ElementType.U8 => (0, byte.MaxValue),
        ElementType.I16 => (short.MinValue, short.MaxValue),
        ElementType.I32 => (int.MinValue, int.MaxValue),
        ElementType.I64 => (long.MinValue, long.MaxValue),
        ElementType.Bool => (0, 1),
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "Not a type of integers."),
    };
}
