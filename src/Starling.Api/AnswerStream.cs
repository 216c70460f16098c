using System.Globalization;

namespace Starling.Api;

/// <summary>A body as a stranger's node sends it: bounded are how many bytes come, and how long nothing does.</summary>
/// <param name="body">The body; disposed with this.</param>
/// <param name="mostBytes">The most bytes; beyond them an <see cref="InvalidDataException"/> is thrown.</param>
/// <param name="mostSilence">How long nothing may come; beyond it an <see cref="IOException"/> is thrown.</param>
internal sealed class AnswerStream(Stream body, long mostBytes, TimeSpan mostSilence) : Stream
{
    private long came;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(mostSilence);
        try
        {
            var count = await body.ReadAsync(buffer, limit.Token).ConfigureAwait(false);
            came += count;
            return came <= mostBytes
                ? count
                : throw new InvalidDataException(string.Create(CultureInfo.InvariantCulture, $"more than {mostBytes} bytes came."));
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new IOException(
                string.Create(CultureInfo.InvariantCulture, $"nothing came for {mostSilence.TotalSeconds:0.#} seconds"));
        }
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void Flush()
    {
    }

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            body.Dispose();
        base.Dispose(disposing);
    }
}
