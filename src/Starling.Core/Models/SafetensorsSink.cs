using System.Buffers;

namespace Starling.Core.Models;

/// <summary>
/// A safetensors file that is written piece by piece. The header's <see cref="SafetensorsHeader.CanonicalBytes"/>
/// are the caller's to write.
/// </summary>
/// <param name="header">The canonical header, from <see cref="SafetensorsHeader.For"/>.</param>
/// <param name="file">The file's bytes, <see cref="SafetensorsHeader.FileLength"/> of them.</param>
public sealed class SafetensorsSink(SafetensorsHeader header, IByteSink file) : IModelSink
{
    /// <inheritdoc/>
    public void Write(long offset, ReadOnlySpan<float> values)
    {
        while (!values.IsEmpty)
        {
            var (type, position, count) = header.Locate(offset, values.Length);
            var stored = ArrayPool<byte>.Shared.Rent(count * type.Size());
            var bytes = stored.AsSpan(0, count * type.Size());
            ElementCodec.WriteFloats(type, values[..count], bytes);
            file.Write(position, bytes);
            ArrayPool<byte>.Shared.Return(stored);
            values = values[count..];
            offset += count;
        }
    }

    /// <inheritdoc/>
    public void WriteIntegers(int tensor, long offset, ReadOnlySpan<long> values)
    {
        var spec = header.Schema.Tensors[tensor];
        var stored = ArrayPool<byte>.Shared.Rent(values.Length * spec.Type.Size());
        var bytes = stored.AsSpan(0, values.Length * spec.Type.Size());
        ElementCodec.WriteIntegers(spec.Type, values, bytes);
        file.Write(header.Ranges[tensor].Start + (offset * spec.Type.Size()), bytes);
        ArrayPool<byte>.Shared.Return(stored);
    }
}
