using System.Buffers;

namespace Starling.Core.Models;

/// <summary>A model state in a safetensors file, read piece by piece.</summary>
/// <param name="header">The file's header.</param>
/// <param name="file">The file's bytes.</param>
public sealed class SafetensorsSource(SafetensorsHeader header, IByteSource file) : IModelSource
{
    /// <inheritdoc/>
    public ModelSchema Schema => header.Schema;

    /// <inheritdoc/>
    public void Read(long offset, Span<float> destination)
    {
        while (!destination.IsEmpty)
        {
            var (type, position, count) = header.Locate(offset, destination.Length);
            var stored = ArrayPool<byte>.Shared.Rent(count * type.Size());
            var bytes = stored.AsSpan(0, count * type.Size());
            file.Read(position, bytes);
            ElementCodec.ReadFloats(type, bytes, destination[..count]);
            ArrayPool<byte>.Shared.Return(stored);
            destination = destination[count..];
            offset += count;
        }
    }

    /// <inheritdoc/>
    /// <remarks>A truth value may be anything up to 255: <see cref="ModelCheck"/> finds it.</remarks>
    public void ReadIntegers(int tensor, long offset, Span<long> destination)
    {
        var spec = Schema.Tensors[tensor];
        var stored = ArrayPool<byte>.Shared.Rent(destination.Length * spec.Type.Size());
        var bytes = stored.AsSpan(0, destination.Length * spec.Type.Size());
        file.Read(header.Ranges[tensor].Start + (offset * spec.Type.Size()), bytes);
        ElementCodec.ReadIntegers(spec.Type, bytes, destination);
        ArrayPool<byte>.Shared.Return(stored);
    }
}
