namespace Starling.Core.Models;

/// <summary>
/// Whole safetensors files in memory. <see cref="SafetensorsSource"/> and <see cref="SafetensorsSink"/> work on files piece by piece.
/// </summary>
public static class Safetensors
{
    /// <summary>
    /// Reads a file. Never throws, whatever the bytes are; takes about twice the file's length in memory: a 16-bit float is widened to 32.
    /// </summary>
    public static SafetensorsResult Read(ReadOnlySpan<byte> file)
    {
        var (header, error, detail) = SafetensorsHeader.Read(file, file.Length);
        if (header is null)
            return new(null, error, detail);
        var schema = header.Schema;
        var values = HugePages.Allocate(schema.FloatCount);
        var integers = new byte[schema.IntegerBytes];
        var rest = integers.AsSpan();
        for (var i = 0; i < schema.Tensors.Length; i++)
        {
            var spec = schema.Tensors[i];
            var stored = file.Slice((int)header.Ranges[i].Start, (int)header.Ranges[i].Length);
            if (spec.IsFloat)
            {
                ElementCodec.ReadFloats(spec.Type, stored, values.AsSpan((int)schema.OffsetOf(i), (int)spec.Count));
                continue;
            }

            if (spec.Type == ElementType.Bool && StoredCheck.IndexOfNoTruth(stored) is >= 0 and var bad)
                return new(null, SafetensorsError.BadBoolean, $"element {bad} of {spec.Name}");
            stored.CopyTo(rest);
            rest = rest[stored.Length..];
        }

        return new(new ModelState(schema, values, integers), null, "");
    }

    /// <summary>Writes the one canonical file of a state: equal states give equal bytes.</summary>
    /// <exception cref="ArgumentException">The schema cannot be written, or the file would not fit an array.</exception>
    public static byte[] Write(ModelState state)
    {
        var header = SafetensorsHeader.For(state.Schema);
        if (header.FileLength > Array.MaxLength)
            throw new ArgumentException($"The file would have {header.FileLength} bytes; write it piece by piece.", nameof(state));
        var file = new byte[header.FileLength];
        header.CanonicalBytes().CopyTo(file, 0);
        var integers = state.Integers;
        var integer = 0;
        for (var i = 0; i < state.Schema.Tensors.Length; i++)
        {
            var spec = state.Schema.Tensors[i];
            var stored = file.AsSpan((int)header.Ranges[i].Start, (int)header.Ranges[i].Length);
            if (spec.IsFloat)
                ElementCodec.WriteFloats(spec.Type, state.Values.AsSpan((int)state.Schema.OffsetOf(i), (int)spec.Count), stored);
            else
                integers[integer++].Stored.Span.CopyTo(stored);
        }

        return file;
    }
}
