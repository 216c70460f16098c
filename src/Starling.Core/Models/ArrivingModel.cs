using Starling.Core.Identity;

namespace Starling.Core.Models;

/// <summary>
/// Checks a safetensors file of a stranger while its bytes arrive, in order and in pieces of any size: header, schema, canonical form, then
/// the values. However the file is cut, the answer is the same. It keeps the header until that was read, which takes
/// <see cref="SafetensorsHeader.MaxHeaderBytes"/> at most and memory only as its bytes come, and of the rest less than an element.
/// </summary>
public sealed class ArrivingModel
{
    private readonly Digest schema;
    private readonly long length;
    private readonly byte[] element = new byte[sizeof(long)];
    private byte[] prefix = new byte[SafetensorsHeader.PrefixBytes];
    private int prefixBytes = SafetensorsHeader.PrefixBytes;
    private int prefixHeld;
    private SafetensorsHeader? header;
    private int elementHeld;
    private int tensor;
    private long at;
    private bool hasNoTruth;

    /// <summary>Awaits a file.</summary>
    /// <param name="schema">The hash of the schema that it must have.</param>
    /// <param name="length">Its length in bytes, which was stated in advance.</param>
    public ArrivingModel(Digest schema, long length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        (this.schema, this.length) = (schema, length);
        if (length < SafetensorsHeader.PrefixBytes)
            Fault = ModelFileFault.Unreadable;
    }

    /// <summary>
    /// Why the file is refused, as soon as no byte to come can change that; null before, and when the last byte has come
    /// for a file without a fault.
    /// </summary>
    public ModelFileFault? Fault { get; private set; }

    /// <summary>Takes the next bytes. After a fault they are not looked at any more.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There are more bytes than the length.</exception>
    public void Push(ReadOnlySpan<byte> bytes)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(bytes.Length, length - at, nameof(bytes));
        var end = at + bytes.Length;
        while (header is null && Fault is null && !bytes.IsEmpty)
            bytes = bytes[TakeHeader(bytes)..];
        at = end - bytes.Length;
        while (Fault is null && !bytes.IsEmpty)
        {
            var count = TakeElements(header!, bytes);
            at += count;
            bytes = bytes[count..];
        }

        at = end;
        // Not before: a float to come that is not finite is named first.
        if (at == length && hasNoTruth)
            Fault ??= ModelFileFault.Unreadable;
    }

    private int TakeHeader(ReadOnlySpan<byte> bytes)
    {
        var count = Math.Min(bytes.Length, prefixBytes - prefixHeld);
        if (prefix.Length < prefixHeld + count)
            Array.Resize(ref prefix, Math.Min(prefixBytes, Math.Max(2 * prefix.Length, prefixHeld + count)));
        bytes[..count].CopyTo(prefix.AsSpan(prefixHeld));
        prefixHeld += count;
        if (prefixHeld == prefixBytes)
            ReadHeader();
        return count;
    }

    private void ReadHeader()
    {
        var (read, error, _) = SafetensorsHeader.Read(prefix, length);
        if (error == SafetensorsError.TooShort)
        {
            prefixBytes = SafetensorsHeader.BytesToRead(prefix);
            return;
        }

        if (read is null)
            Fault = ModelFileFault.Unreadable;
        else if (read.Schema.Hash != schema)
            Fault = ModelFileFault.WrongSchema;
        else if (!read.IsCanonical(prefix))
            Fault = ModelFileFault.NotCanonical;
        else
            header = read;
        prefix = [];
    }

    // The canonical form has the tensors' bytes one after another, in the schema's order.
    private int TakeElements(SafetensorsHeader file, ReadOnlySpan<byte> bytes)
    {
        while (file.Ranges[tensor].End == at)
            tensor++;
        var type = file.Schema.Tensors[tensor].Type;
        var size = type.Size();
        if (elementHeld == 0 && bytes.Length >= size)
        {
            var whole = (int)Math.Min(bytes.Length / size * size, file.Ranges[tensor].End - at);
            Check(type, bytes[..whole]);
            return whole;
        }

        var count = Math.Min(bytes.Length, size - elementHeld);
        bytes[..count].CopyTo(element.AsSpan(elementHeld));
        elementHeld += count;
        if (elementHeld == size)
        {
            Check(type, element.AsSpan(0, size));
            elementHeld = 0;
        }

        return count;
    }

    private void Check(ElementType type, ReadOnlySpan<byte> stored)
    {
        if (!StoredCheck.HasFault(type, stored))
            return;
        if (type == ElementType.Bool)
            hasNoTruth = true;
        else
            Fault = ModelFileFault.NotFinite;
    }
}
