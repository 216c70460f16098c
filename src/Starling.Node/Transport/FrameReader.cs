using System.Buffers.Binary;

namespace Starling.Node.Transport;

/// <summary>
/// Reads frames, and the raw bytes that follow some of them, from one end of a connection. A length is checked before it is believed.
/// </summary>
internal sealed class FrameReader(Stream stream, Action<int>? received = null)
{
    private byte[] buffer = new byte[8 << 10];
    private int start;
    private int end;

    /// <summary>Told of every read that brought bytes.</summary>
    public Action<int>? Received { get; set; } = received;

    /// <summary>Reads the next frame.</summary>
    /// <exception cref="EndOfStreamException">The connection ended, within a frame or between two.</exception>
    /// <exception cref="PeerRefusedException">What comes is not a frame.</exception>
    public async ValueTask<Frame> ReadAsync(CancellationToken cancellation)
    {
        await FillAsync(Frame.HeaderBytes, cancellation);
        var length = BinaryPrimitives.ReadUInt32BigEndian(buffer.AsSpan(start));
        var kind = (FrameKind)buffer[start + 4];
        var most = Frame.MostBytes(kind);
        if (most == 0)
            throw PeerRefusedException.BrokenRule($"There is no frame of kind {(byte)kind}.");
        if (length > most)
            throw PeerRefusedException.BrokenRule($"A frame {kind} of {length} bytes exceeds the bound of {most}.");
        start += Frame.HeaderBytes;
        await FillAsync((int)length, cancellation);
        var payload = buffer.AsMemory(start, (int)length);
        start += (int)length;
        return new Frame(kind, payload);
    }

    /// <summary>Reads some of the raw bytes after a frame, at least one.</summary>
    public async ValueTask<int> ReadRawAsync(Memory<byte> destination, CancellationToken cancellation)
    {
        if (start < end)
        {
            var taken = Math.Min(destination.Length, end - start);
            buffer.AsMemory(start, taken).CopyTo(destination);
            start += taken;
            return taken;
        }
        return await ReadSomeAsync(destination, cancellation);
    }

    private async ValueTask FillAsync(int count, CancellationToken cancellation)
    {
        while (end - start < count)
        {
            if (end == buffer.Length)
                MakeRoom();
            end += await ReadSomeAsync(buffer.AsMemory(end), cancellation);
        }
    }

    /// <summary>Moves what is there to the front, or doubles the room: a length that the other only claims takes no memory.</summary>
    private void MakeRoom()
    {
        var roomier = start > 0 ? buffer : new byte[2 * buffer.Length];
        buffer.AsSpan(start, end - start).CopyTo(roomier);
        buffer = roomier;
        end -= start;
        start = 0;
    }

    private async ValueTask<int> ReadSomeAsync(Memory<byte> destination, CancellationToken cancellation)
    {
        var count = await stream.ReadAsync(destination, cancellation);
        if (count == 0)
            throw new EndOfStreamException("The connection was closed by the other side.");
        Received?.Invoke(count);
        return count;
    }
}
