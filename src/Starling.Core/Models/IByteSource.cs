namespace Starling.Core.Models;

/// <summary>Bytes that can be read at any position, by several threads at once: a file at the edge.</summary>
public interface IByteSource
{
    /// <summary>Fills the whole destination from the position on.</summary>
    void Read(long position, Span<byte> destination);
}
