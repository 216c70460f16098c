using Starling.Fuzz.Running;

namespace Starling.Fuzz.Targets;

/// <summary>
/// Bytes that arrive in pieces of uneven length, as from a network; then the connection ends. What a piece brings may cost
/// 64 KiB and twice its bytes.
/// </summary>
internal sealed class PiecewiseStream(byte[] bytes) : Stream
{
    private const int LongestPiece = 101;

    private int at;
    private int reads;
    private long allocated = GC.GetAllocatedBytesForCurrentThread();

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var before = allocated;
        allocated = GC.GetAllocatedBytesForCurrentThread();
        if (allocated - before > Execution.FreeBytes + (2 * LongestPiece))
            throw new AllocationException(
                $"Between two reads of at most {LongestPiece} bytes {allocated - before:N0} bytes are allocated.");
        var piece = Math.Min(Math.Min(buffer.Length, bytes.Length - at), 1 + (reads++ * 37 % LongestPiece));
        bytes.AsMemory(at, piece).CopyTo(buffer);
        at += piece;
        return new(piece);
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush() => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
