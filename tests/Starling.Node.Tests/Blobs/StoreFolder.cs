using Starling.Core.Blobs;
using Starling.Core.Identity;
using Starling.Core.Kernel;
using Starling.Node.Blobs;
using Starling.Node.Tests.Loop;

namespace Starling.Node.Tests.Blobs;

/// <summary>A blob store in a folder of its own, with chunks of 4 KiB, that can be closed and opened again like after a crash.</summary>
internal sealed class StoreFolder : IDisposable
{
    public const int ChunkBytes = 4096;
    public static readonly ContractId Contract = ContractId.Parse("training");
    private readonly bool owned;

    public StoreFolder(string? path = null, long quota = long.MaxValue, long spare = 0)
    {
        owned = path is null;
        Path = path ?? Directory.CreateTempSubdirectory("starling-blobs").FullName;
        Options = new BlobStoreOptions { ChunkBytes = ChunkBytes, MaxBytesPerContract = quota, MaxSpareBytes = spare };
        Store = new BlobStore(Path, Options, Clock);
    }

    public string Path { get; }

    public BlobStoreOptions Options { get; }

    public ManualTime Clock { get; } = new() { Epoch = DateTimeOffset.UtcNow };

    public BlobStore Store { get; private set; }

    public static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static byte[] Bytes(int length, int seed = 1)
    {
        var random = new SeededRandom((ulong)seed);
        var bytes = new byte[length];
        for (var i = 0; i < length; i++)
            bytes[i] = (byte)random.NextUInt64();
        return bytes;
    }

    public static BlobManifest Manifest(byte[] bytes) => BlobManifest.Of(bytes, ChunkBytes);

    public static Memory<byte> Chunk(byte[] bytes, int chunk) =>
        bytes.AsMemory(chunk * ChunkBytes, Math.Min(ChunkBytes, bytes.Length - (chunk * ChunkBytes)));

    /// <summary>What a node finds that was killed: nothing is closed in order.</summary>
    /// <param name="meanwhile">What happens to the disk while the node is down.</param>
    public void Restart(Action? meanwhile = null)
    {
        Store.Dispose();
        meanwhile?.Invoke();
        Store = new BlobStore(Path, Options, Clock);
    }

    /// <summary>Changes a file of the store behind its back.</summary>
    public void Tamper(string name, Action<FileStream> change)
    {
        using var file = File.OpenWrite(System.IO.Path.Combine(Path, name));
        change(file);
    }

    /// <summary>Fetches these chunks of a blob; all if none are named.</summary>
    public async Task<BlobId> ArriveAsync(byte[] bytes, params int[] chunks)
    {
        var manifest = Manifest(bytes);
        Assert.Equal(BlobWriteOutcome.Stored, Store.Begin(Contract, manifest));
        foreach (var chunk in chunks.Length == 0 ? Enumerable.Range(0, manifest.Chunks.Length) : chunks)
            Assert.Equal(BlobWriteOutcome.Stored, Store.WriteChunk(manifest.Id, chunk, Chunk(bytes, chunk).Span));
        return manifest.Id;
    }

    public async Task<byte[]?> ReadAsync(BlobId blob, int chunk)
    {
        var bytes = new byte[Store.Manifest(blob)?.LengthOf(chunk) ?? 0];
        return await Store.ReadChunkAsync(blob, chunk, bytes, Cancellation) ? bytes : null;
    }

    /// <summary>The files in the store's folder, once those of released blobs are deleted.</summary>
    public string[] Files()
    {
        Store.DeleteDoomed();
        return [.. Directory.EnumerateFiles(Path, "*", SearchOption.AllDirectories).Select(f => System.IO.Path.GetRelativePath(Path, f))
            .Order(StringComparer.Ordinal)];
    }

    public void Dispose()
    {
        Store.Dispose();
        if (owned)
            Directory.Delete(Path, recursive: true);
    }
}
