namespace Starling.Node.Tasks;

/// <summary>
/// A stranger's archive as it comes. The reader of tar archives takes whatever comes before a file's data wholly into memory, however long
/// the stranger says that it is; here it is bounded.
/// </summary>
/// <param name="archive">The archive.</param>
internal sealed class ArchiveSource(Stream archive) : Stream
{
    /// <summary>The most bytes of what comes before a file's data.</summary>
    public const int MostHeaderBytes = 64 << 10;

    private long left = MostHeaderBytes;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>What is read from now on is a header.</summary>
    public void BeginHeader() => left = MostHeaderBytes;

    /// <summary>What is read from now on is a file's data.</summary>
    public void BeginData() => left = long.MaxValue;

    // A header is read into a buffer of its length; that one has nothing in it yet, and so takes no memory.
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (buffer.Length > left)
            throw new InvalidDataException($"A file's header has more than {MostHeaderBytes} bytes.");
        var count = await archive.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
        left -= count;
        return count;
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void Flush()
    {
    }

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
