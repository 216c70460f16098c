using System.Buffers;
using System.Buffers.Binary;
using System.Collections.Immutable;

namespace Starling.Core.Models;

/// <summary>
/// What a safetensors file begins with: 8 bytes with the length of the JSON that follows, then the JSON, which says where each tensor lies.
/// Source: the format section of the safetensors documentation.
/// </summary>
public sealed class SafetensorsHeader
{
    /// <summary>The longest JSON that is read or written, in bytes: 16 MiB.</summary>
    public const int MaxHeaderBytes = 16 << 20;

    /// <summary>The most tensors in a file.</summary>
    public const int MaxTensors = 65_536;

    /// <summary>The longest name of a tensor, in UTF-16 code units.</summary>
    public const int MaxNameLength = 256;

    /// <summary>The most dimensions of a tensor. A filter over volumes has five.</summary>
    public const int MaxDimensions = 8;

    /// <summary>The most keys of the metadata.</summary>
    public const int MaxMetadata = 256;

    /// <summary>Bytes before the JSON: its length, unsigned, little-endian.</summary>
    public const int PrefixBytes = 8;

    internal SafetensorsHeader(ModelSchema schema, ImmutableArray<ByteRange> ranges, long dataStart)
    {
        Schema = schema;
        Ranges = ranges;
        DataStart = dataStart;
        FileLength = ranges.Aggregate(dataStart, (end, range) => Math.Max(end, range.End));
    }

    /// <summary>The tensors, sorted by name.</summary>
    public ModelSchema Schema { get; }

    /// <summary>Where each tensor of <see cref="ModelSchema.Tensors"/> lies in the file.</summary>
    public ImmutableArray<ByteRange> Ranges { get; }

    /// <summary>The first byte after the header.</summary>
    public long DataStart { get; }

    /// <summary>The file's length in bytes.</summary>
    public long FileLength { get; }

    /// <summary>
    /// How many bytes <see cref="Read(ReadOnlySpan{byte}, long)"/> needs, from a file's first <see cref="PrefixBytes"/> bytes; never more
    /// than the header's cap.
    /// </summary>
    /// <exception cref="ArgumentException">Fewer bytes are given.</exception>
    public static int BytesToRead(ReadOnlySpan<byte> first)
    {
        if (first.Length < PrefixBytes)
            throw new ArgumentException($"{PrefixBytes} bytes are needed.", nameof(first));
        return PrefixBytes + (int)Math.Min(BinaryPrimitives.ReadUInt64LittleEndian(first), MaxHeaderBytes);
    }

    /// <summary>
    /// Reads a header and proves that the tensors cover the rest of the file exactly. Never throws, whatever the bytes are.
    /// </summary>
    /// <param name="prefix">The file's beginning, at least <see cref="BytesToRead"/> long where the file is; more does no harm.</param>
    /// <param name="fileLength">The whole file's length in bytes.</param>
    public static SafetensorsHeaderResult Read(ReadOnlySpan<byte> prefix, long fileLength)
    {
        if (prefix.Length < PrefixBytes)
            return new(null, SafetensorsError.TooShort, $"{prefix.Length} bytes");
        var length = BinaryPrimitives.ReadUInt64LittleEndian(prefix);
        if (length > MaxHeaderBytes)
            return new(null, SafetensorsError.HeaderTooLarge, $"{length} bytes");
        if ((long)length > fileLength - PrefixBytes)
            return new(null, SafetensorsError.HeaderBeyondFile, $"{length} bytes in a file of {fileLength}");
        if ((int)length > prefix.Length - PrefixBytes)
            return new(null, SafetensorsError.TooShort, $"{prefix.Length} bytes of a header of {length}");
        return new SafetensorsHeaderParser(PrefixBytes + (long)length, fileLength).Parse(prefix.Slice(PrefixBytes, (int)length));
    }

    /// <summary>Reads the header of a file.</summary>
    /// <param name="file">The file, whose author need not be trusted.</param>
    /// <param name="length">Its length in bytes.</param>
    public static SafetensorsHeaderResult Read(IByteSource file, long length)
    {
        Span<byte> first = stackalloc byte[PrefixBytes];
        first = first[..(int)Math.Min(PrefixBytes, length)];
        file.Read(0, first);
        if (first.Length < PrefixBytes)
            return Read(first, length);
        var count = (int)Math.Min(BytesToRead(first), length);
        var prefix = ArrayPool<byte>.Shared.Rent(count);
        try
        {
            file.Read(0, prefix.AsSpan(0, count));
            return Read(prefix.AsSpan(0, count), length);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(prefix);
        }
    }

    /// <summary>
    /// The one header that Starling writes for a schema: tensors and their bytes by name, no metadata, no blanks but the padding to 8.
    /// </summary>
    /// <exception cref="ArgumentException">The schema cannot be written: too many tensors, a bad name, a header or a file that
    /// is too large.</exception>
    public static SafetensorsHeader For(ModelSchema schema)
    {
        var length = SafetensorsHeaderWriter.Write(schema).Length;
        var at = (long)length;
        var ranges = ImmutableArray.CreateBuilder<ByteRange>(schema.Tensors.Length);
        foreach (var tensor in schema.Tensors)
        {
            ranges.Add(new ByteRange(at, tensor.Count * tensor.Type.Size()));
            at = ranges[^1].End;
        }

        return new SafetensorsHeader(schema, ranges.MoveToImmutable(), length);
    }

    /// <summary>
    /// The canonical bytes of this schema's header, with the 8 bytes of the length. A file that was read may have had others.
    /// </summary>
    /// <exception cref="ArgumentException">They would be more than <see cref="MaxHeaderBytes"/>.</exception>
    public byte[] CanonicalBytes() => SafetensorsHeaderWriter.Write(Schema);

    /// <summary>Whether a file begins with the canonical bytes of this header. No file does if those would be too many.</summary>
    /// <param name="prefix">The file's beginning, up to its tensors.</param>
    public bool IsCanonical(ReadOnlySpan<byte> prefix)
    {
        try
        {
            return prefix.SequenceEqual(CanonicalBytes());
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    /// <summary>Where a piece of the flat float buffer lies in the file, up to the end of the tensor that it begins in.</summary>
    /// <param name="offset">The first element, below <see cref="ModelSchema.FloatCount"/>.</param>
    /// <param name="most">The most elements wanted, at least 1.</param>
    /// <returns>How the elements are stored, the first one's position in the file in bytes, and how many follow there.</returns>
    public (ElementType Type, long Position, int Count) Locate(long offset, int most)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(offset, Schema.FloatCount);
        var tensor = Schema.TensorAt(offset);
        var spec = Schema.Tensors[tensor];
        var within = offset - Schema.OffsetOf(tensor);
        return (spec.Type, Ranges[tensor].Start + (within * spec.Type.Size()), (int)Math.Min(most, spec.Count - within));
    }
}
