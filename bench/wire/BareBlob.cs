using System.Security.Cryptography;
using System.Threading.Channels;
using Microsoft.Win32.SafeHandles;
using Starling.Core.Blobs;

namespace Starling.Bench.Wire;

/// <summary>
/// What a verified blob costs at the least: it is read from a file, goes over bare TLS, is hashed chunk by chunk, compared and written to
/// another file. There are no requests, no frames and no books; what a node takes more than this is the node's.
/// </summary>
internal sealed class BareBlob : IDisposable
{
    private const int ChunkBytes = BlobManifest.StandardChunkBytes, Buffers = 8;

    private readonly BareTls link;
    private readonly long bytes;
    private readonly SafeFileHandle from, to;
    private readonly byte[][] expected;

    /// <summary>Writes the blob that is going to be moved.</summary>
    public BareBlob(BareTls link, string folder, long bytes)
    {
        (this.link, this.bytes) = (link, bytes);
        from = Create(Path.Combine(folder, "from"));
        to = Create(Path.Combine(folder, "to"));
        expected = new byte[(bytes + ChunkBytes - 1) / ChunkBytes][];
        var chunk = new byte[ChunkBytes];
        for (var i = 0; i < expected.Length; i++)
        {
            RandomNumberGenerator.Fill(chunk);
            var content = chunk.AsSpan(0, LengthOf(i));
            RandomAccess.Write(from, content, (long)i * ChunkBytes);
            expected[i] = SHA256.HashData(content);
        }

        RandomAccess.FlushToDisk(from);
    }

    /// <summary>Moves it once; the final sync is not part of it.</summary>
    public async Task MoveAsync()
    {
        var (free, full) = (Channel.CreateUnbounded<byte[]>(), Channel.CreateUnbounded<(int Chunk, byte[] Content)>());
        for (var i = 0; i < Buffers; i++)
            free.Writer.TryWrite(new byte[ChunkBytes]);
        await Task.WhenAll(Task.Run(SendAsync), Task.Run(ReceiveAsync), Task.Run(KeepAsync));

        async Task SendAsync()
        {
            var content = new byte[ChunkBytes];
            for (var i = 0; i < expected.Length; i++)
            {
                var read = RandomAccess.Read(from, content.AsSpan(0, LengthOf(i)), (long)i * ChunkBytes);
                await link.Sender.WriteAsync(content.AsMemory(0, read));
            }
        }

        async Task ReceiveAsync()
        {
            for (var i = 0; i < expected.Length; i++)
            {
                var content = await free.Reader.ReadAsync();
                await link.Receiver.ReadExactlyAsync(content.AsMemory(0, LengthOf(i)));
                full.Writer.TryWrite((i, content));
            }

            full.Writer.Complete();
        }

        async Task KeepAsync()
        {
            await foreach (var (chunk, content) in full.Reader.ReadAllAsync())
            {
                var whole = content.AsSpan(0, LengthOf(chunk));
                if (!SHA256.HashData(whole).AsSpan().SequenceEqual(expected[chunk]))
                    throw new InvalidDataException($"Chunk {chunk} is another than was sent.");
                RandomAccess.Write(to, whole, (long)chunk * ChunkBytes);
                free.Writer.TryWrite(content);
            }
        }
    }

    /// <summary>Has the disk keep what was moved. The next time writes over it, as a node does that let a blob of this length go.</summary>
    public void Save() => RandomAccess.FlushToDisk(to);

    public void Dispose()
    {
        from.Dispose();
        to.Dispose();
    }

    private static SafeFileHandle Create(string path) => File.OpenHandle(path, FileMode.CreateNew, FileAccess.ReadWrite);

    private int LengthOf(int chunk) => (int)Math.Min(ChunkBytes, bytes - ((long)chunk * ChunkBytes));
}
