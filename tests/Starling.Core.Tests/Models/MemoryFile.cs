using Starling.Core.Models;

namespace Starling.Core.Tests.Models;

/// <summary>A file that is an array.</summary>
internal sealed class MemoryFile(byte[] file) : IByteSource, IByteSink
{
    public void Read(long position, Span<byte> destination) => file.AsSpan((int)position, destination.Length).CopyTo(destination);

    public void Write(long position, ReadOnlySpan<byte> bytes) => bytes.CopyTo(file.AsSpan((int)position));
}
