using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Starling.Core.Models;

/// <summary>
/// Elements between a file's little-endian bytes and memory, where floats are float32 and everything else is a 64-bit integer.
/// </summary>
public static class ElementCodec
{
    /// <summary>Widens stored floats to float32, which is exact.</summary>
    /// <param name="type">F32, F16 or BF16.</param>
    /// <param name="stored">As many elements as <paramref name="destination"/> has.</param>
    /// <param name="destination">Receives them.</param>
    public static void ReadFloats(ElementType type, ReadOnlySpan<byte> stored, Span<float> destination)
    {
        CheckLengths(type, stored.Length, destination.Length);
        switch (type)
        {
            case ElementType.F32 when BitConverter.IsLittleEndian:
                stored.CopyTo(MemoryMarshal.AsBytes(destination));
                break;
            case ElementType.F32:
                for (var i = 0; i < destination.Length; i++)
                    destination[i] = BinaryPrimitives.ReadSingleLittleEndian(stored[(4 * i)..]);
                break;
            case ElementType.F16:
                for (var i = 0; i < destination.Length; i++)
                    destination[i] = (float)BinaryPrimitives.ReadHalfLittleEndian(stored[(2 * i)..]);
                break;
            case ElementType.BF16:
                for (var i = 0; i < destination.Length; i++)
                    destination[i] =
                        BitConverter.UInt32BitsToSingle((uint)BinaryPrimitives.ReadUInt16LittleEndian(stored[(2 * i)..]) << 16);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(type), type, "Not a type of floats.");
        }
    }

    /// <summary>
    /// Stores floats, rounding to the nearest (ties to even) where the type is narrower. What is too large for the
    /// type becomes an infinity.
    /// </summary>
    /// <param name="type">F32, F16 or BF16.</param>
    /// <param name="values">As many elements as <paramref name="destination"/> has room for.</param>
    /// <param name="destination">Receives the bytes.</param>
    public static void WriteFloats(ElementType type, ReadOnlySpan<float> values, Span<byte> destination)
    {
        CheckLengths(type, destination.Length, values.Length);
        switch (type)
        {
            case ElementType.F32 when BitConverter.IsLittleEndian:
                MemoryMarshal.AsBytes(values).CopyTo(destination);
                break;
            case ElementType.F32:
                for (var i = 0; i < values.Length; i++)
                    BinaryPrimitives.WriteSingleLittleEndian(destination[(4 * i)..], values[i]);
                break;
            case ElementType.F16:
                for (var i = 0; i < values.Length; i++)
                    BinaryPrimitives.WriteHalfLittleEndian(destination[(2 * i)..], (Half)values[i]);
                break;
            case ElementType.BF16:
                for (var i = 0; i < values.Length; i++)
                    BinaryPrimitives.WriteUInt16LittleEndian(destination[(2 * i)..], ToBrainFloat(values[i]));
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(type), type, "Not a type of floats.");
        }
    }

    /// <summary>Widens stored integers or truth values.</summary>
    /// <param name="type">An integer type or Bool.</param>
    /// <param name="stored">As many elements as <paramref name="destination"/> has.</param>
    /// <param name="destination">Receives them.</param>
    /// <remarks>A Bool's byte may be anything up to 255; who reads it from a stranger checks it.</remarks>
    public static void ReadIntegers(ElementType type, ReadOnlySpan<byte> stored, Span<long> destination)
    {
        CheckLengths(type, stored.Length, destination.Length);
        for (var i = 0; i < destination.Length; i++)
            destination[i] = type switch
            {
                ElementType.I8 => (sbyte)stored[i],
                ElementType.U8 or ElementType.Bool => stored[i],
                ElementType.I16 => BinaryPrimitives.ReadInt16LittleEndian(stored[(2 * i)..]),
                ElementType.I32 => BinaryPrimitives.ReadInt32LittleEndian(stored[(4 * i)..]),
                ElementType.I64 => BinaryPrimitives.ReadInt64LittleEndian(stored[(8 * i)..]),
                _ => throw new ArgumentOutOfRangeException(nameof(type), type, "Not a type of integers."),
            };
    }

    /// <summary>Stores integers or truth values.</summary>
    /// <param name="type">An integer type or Bool.</param>
    /// <param name="values">As many elements as <paramref name="destination"/> has room for.</param>
    /// <param name="destination">Receives the bytes.</param>
    /// <exception cref="OverflowException">A value is outside the type's range.</exception>
    public static void WriteIntegers(ElementType type, ReadOnlySpan<long> values, Span<byte> destination)
    {
        CheckLengths(type, destination.Length, values.Length);
        for (var i = 0; i < values.Length; i++)
            switch (type)
            {
                case ElementType.I8:
                    destination[i] = unchecked((byte)checked((sbyte)values[i]));
                    break;
                case ElementType.U8:
                    destination[i] = checked((byte)values[i]);
                    break;
                case ElementType.Bool:
                    destination[i] = values[i] is 0 or 1 ? (byte)values[i] : throw new OverflowException($"{values[i]} is no truth value.");
                    break;
                case ElementType.I16:
                    BinaryPrimitives.WriteInt16LittleEndian(destination[(2 * i)..], checked((short)values[i]));
                    break;
                case ElementType.I32:
                    BinaryPrimitives.WriteInt32LittleEndian(destination[(4 * i)..], checked((int)values[i]));
                    break;
                case ElementType.I64:
                    BinaryPrimitives.WriteInt64LittleEndian(destination[(8 * i)..], values[i]);
                    break;
                default:
                    throw new ArgumentOutOfRangeException(nameof(type), type, "Not a type of integers.");
            }
    }

    private static ushort ToBrainFloat(float value)
    {
        var bits = BitConverter.SingleToUInt32Bits(value);
        // Rounding could carry a NaN's payload into an infinity, so a NaN keeps its upper half with the quiet bit set.
        return float.IsNaN(value)
            ? (ushort)((bits >> 16) | 0x40)
            : (ushort)((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16);
    }

    private static void CheckLengths(ElementType type, int bytes, int elements)
    {
        if (bytes != (long)elements * type.Size())
            throw new ArgumentException($"{elements} elements of {type} take {(long)elements * type.Size()} bytes, not {bytes}.",
                nameof(bytes));
    }
}
