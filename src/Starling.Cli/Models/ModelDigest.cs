using System.Collections.Immutable;
using Starling.Core.Blobs;
using Starling.Core.Identity;

namespace Starling.Cli.Models;

/// <summary>The blob id of a model's file, by which nodes and the ledger name it.</summary>
internal static class ModelDigest
{
    /// <summary>Reads a file once, chunk by chunk.</summary>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static BlobId Of(string path)
    {
        using var file = File.OpenRead(path);
        var chunk = new byte[BlobManifest.StandardChunkBytes];
        var chunks = ImmutableArray.CreateBuilder<Digest>();
        var length = 0L;
        for (var read = file.ReadAtLeast(chunk, chunk.Length, false); read > 0; read = file.ReadAtLeast(chunk, chunk.Length, false))
        {
            chunks.Add(Digest.Of(chunk.AsSpan(0, read)));
            length += read;
        }

        return new BlobManifest(length, BlobManifest.StandardChunkBytes, chunks.ToImmutable()).Id;
    }
}
