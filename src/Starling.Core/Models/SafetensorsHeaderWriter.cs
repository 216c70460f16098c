using System.Buffers;
using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace Starling.Core.Models;

/// <summary>Writes the canonical header of a schema.</summary>
internal static class SafetensorsHeaderWriter
{
    internal static byte[] Write(ModelSchema schema)
    {
        if (schema.Tensors.Length > SafetensorsHeader.MaxTensors)
            throw new ArgumentException($"A file holds at most {SafetensorsHeader.MaxTensors} tensors, not {schema.Tensors.Length}.",
                nameof(schema));
        var json = new ArrayBufferWriter<byte>();
        json.Write("{"u8);
        var at = 0L;
        for (var i = 0; i < schema.Tensors.Length; i++)
        {
            if (i > 0)
                json.Write(","u8);
            at = WriteTensor(json, schema.Tensors[i], at);
        }

        json.Write("}"u8);
        while (json.WrittenCount % 8 != 0)
            json.Write(" "u8);
        if (json.WrittenCount > SafetensorsHeader.MaxHeaderBytes)
            throw new ArgumentException($"The header would have {json.WrittenCount} bytes.", nameof(schema));
        var bytes = new byte[SafetensorsHeader.PrefixBytes + json.WrittenCount];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, json.WrittenCount);
        json.WrittenSpan.CopyTo(bytes.AsSpan(SafetensorsHeader.PrefixBytes));
        return bytes;
    }

    private static long WriteTensor(ArrayBufferWriter<byte> json, TensorSpec tensor, long start)
    {
        if (tensor.Name.Length is 0 or > SafetensorsHeader.MaxNameLength || tensor.Name == SafetensorsHeaderParser.Metadata)
            throw new ArgumentException($"A file cannot hold a tensor named '{tensor.Name}'.", nameof(tensor));
        if (tensor.Shape.Length > SafetensorsHeader.MaxDimensions || tensor.Shape.Any(dimension => dimension < 0))
            throw new ArgumentException($"A file cannot hold the shape of '{tensor.Name}'.", nameof(tensor));
        long end;
        try
        {
            end = checked(start + (tensor.Count * tensor.Type.Size()));
        }
        catch (OverflowException)
        {
            throw new ArgumentException($"A file cannot hold as much as '{tensor.Name}' needs.", nameof(tensor));
        }

        WriteText(json, tensor.Name);
        json.Write(":{\"dtype\":\""u8);
        json.Write(Encoding.ASCII.GetBytes(tensor.Type.Format()));
        json.Write("\",\"shape\":["u8);
        json.Write(Encoding.ASCII.GetBytes(string.Join(',', tensor.Shape.Select(d => d.ToString(CultureInfo.InvariantCulture)))));
        json.Write("],\"data_offsets\":["u8);
        json.Write(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{start},{end}")));
        json.Write("]}"u8);
        return end;
    }

    // Only what JSON demands is escaped, so that the form is fixed and a library's taste in escapes does not matter.
    private static void WriteText(ArrayBufferWriter<byte> json, string text)
    {
        var escaped = new StringBuilder().Append('"');
        foreach (var c in text)
            if (c is '"' or '\\')
                escaped.Append('\\').Append(c);
            else if (c < ' ')
                escaped.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}");
            else
                escaped.Append(c);
        try
        {
            json.Write(new UTF8Encoding(false, throwOnInvalidBytes: true).GetBytes(escaped.Append('"').ToString()));
        }
        catch (EncoderFallbackException)
        {
            throw new ArgumentException("A tensor's name holds half of a surrogate pair.", nameof(text));
        }
    }
}
