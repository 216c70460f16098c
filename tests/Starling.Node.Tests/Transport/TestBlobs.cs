using System.Collections.Concurrent;
using Starling.Core.Blobs;
using Starling.Core.Identity;
using Starling.Node.Transport;

namespace Starling.Node.Tests.Transport;

/// <summary>Blobs in memory, served to all but the excluded, and held back on demand.</summary>
internal sealed class TestBlobs : IBlobSource
{
    private readonly ConcurrentDictionary<BlobId, byte[]> blobs = new();
    private readonly ConcurrentDictionary<BlobId, BlobManifest> manifests = new();

    public ConcurrentDictionary<NodeId, bool> Excluded { get; } = new();

    public ConcurrentQueue<int> Pieces { get; } = new();

    /// <summary>Chunks are read only once this has completed.</summary>
    public Task Gate { get; set; } = Task.CompletedTask;

    /// <summary>Completes when a chunk is about to be read.</summary>
    public TaskCompletionSource Reading { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public BlobManifest Add(byte[] bytes)
    {
        var manifest = BlobManifest.Of(bytes);
        blobs[manifest.Id] = bytes;
        manifests[manifest.Id] = manifest;
        return manifest;
    }

    /// <summary>Lies: answers for a blob with the manifest of another.</summary>
    public void Substitute(BlobId blob, BlobManifest manifest) => manifests[blob] = manifest;

    public bool Permits(NodeId peer, BlobId blob) => !Excluded.ContainsKey(peer);

    public BlobManifest? Manifest(BlobId blob) => manifests.GetValueOrDefault(blob);

    public async ValueTask<bool> ReadChunkAsync(BlobId blob, int chunk, Memory<byte> destination, CancellationToken cancellation)
    {
        Reading.TrySetResult();
        await Gate.WaitAsync(cancellation);
        if (!blobs.TryGetValue(blob, out var bytes))
            return false;
        bytes.AsMemory(chunk * BlobManifest.StandardChunkBytes, destination.Length).CopyTo(destination);
        return true;
    }

    public void Served(NodeId peer, BlobId blob, int bytes) => Pieces.Enqueue(bytes);
}
