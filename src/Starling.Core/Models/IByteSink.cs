namespace Starling.Core.Models;

/// <summary>Bytes that can be written at any position, by several threads at once: a preallocated file at the edge.</summary>
public interface IByteSink
{
    /// <summary>Writes all the bytes from the position on.</summary>
    void Write(long position, ReadOnlySpan<byte> bytes);
}
