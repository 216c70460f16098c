using Microsoft.Extensions.Logging.Abstractions;
using Starling.Core.Blobs;
using Starling.Core.Identity;
using Starling.Core.Kernel;
using Starling.Node.Transport;
using Starling.Node.Transport.Wire;

namespace Starling.Node.Tests.Transport;

/// <summary>A length that a peer claims takes no memory before the bytes come.</summary>
public sealed class ClaimedLengthTests
{
    private const int Free = 64 << 10;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_frame_takes_memory_as_its_bytes_come()
    {
        await EndsAsync();
        var before = GC.GetAllocatedBytesForCurrentThread();
        await EndsAsync();
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, Free / 2);

        static async Task EndsAsync()
        {
            var reader = new FrameReader(new MemoryStream([0, 1, 0, 0, (byte)FrameKind.Hint, 1]));
            await Assert.ThrowsAsync<EndOfStreamException>(async () => await reader.ReadAsync(Cancellation));
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7000)]
    [InlineData(1 << 20)]
    public async Task The_longest_frame_is_read_whole_however_its_bytes_come(int piece)
    {
        var payload = new byte[Frame.MostBytes(FrameKind.Hint)];
        new Random(1).NextBytes(payload);
        byte[] frame = [0, 1, 0, 0, (byte)FrameKind.Hint, .. payload];
        var reader = new FrameReader(new PiecewiseStream([.. frame, .. frame], piece));
        for (var i = 0; i < 2; i++)
            Assert.Equal(payload, (await reader.ReadAsync(Cancellation)).Payload.ToArray());
    }

    [Fact]
    public async Task A_manifest_takes_memory_as_its_bytes_come()
    {
        using var metrics = new TransportMetrics();
        using var requests = Client(metrics);
        var answer = requests.ManifestAsync(new BlobId(Digest.Of("blob"u8)), long.MaxValue, Cancellation);
        var reader = new FrameReader(new MemoryStream(new byte[1000]));
        var header = Header(4 << 20);
        var before = GC.GetAllocatedBytesForCurrentThread();
        await Assert.ThrowsAsync<EndOfStreamException>(() => requests.ReceiveAsync(header, reader, Cancellation));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, Free);
        requests.Dispose();
        Assert.Equal(FetchFailure.Unreachable, (await answer).Failure);
    }

    [Fact]
    public async Task A_manifest_that_comes_in_many_pieces_is_whole()
    {
        var manifest = BlobManifest.Of(new byte[3000], chunkBytes: 1);
        var bytes = manifest.Encode();
        using var metrics = new TransportMetrics();
        using var requests = Client(metrics);
        var answer = requests.ManifestAsync(manifest.Id, maxBytes: 3000, Cancellation);
        await requests.ReceiveAsync(Header(bytes.Length), new FrameReader(new PiecewiseStream(bytes, 7000)), Cancellation);
        Assert.Equal(manifest.Chunks, (await answer).Manifest!.Chunks);
    }

    private static RequestClient Client(TransportMetrics metrics) => new(
        new PeerEnvironment(Pair.IdOfA, 1, new PeerNetworkOptions { ChunkBytes = 1 }, new TestBlobs(), TimeProvider.System, metrics,
            NullLogger.Instance), _ => true);

    private static Frame Header(int length) => new(
        FrameKind.ContentHeader,
        Frame.Encode(FrameKind.ContentHeader, new ContentHeader { Request = 1, Length = (uint)length }).AsMemory(Frame.HeaderBytes));

    private sealed class PiecewiseStream(byte[] bytes, int piece) : MemoryStream(bytes)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer[..Math.Min(piece, buffer.Length)], cancellationToken);
    }
}
