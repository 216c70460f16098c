using System.Collections.Immutable;
using Starling.Core.Blobs;

namespace Starling.Node.Blobs;

/// <summary>Bounds of a blob store.</summary>
public sealed record BlobStoreOptions
{
    /// <summary>The most bytes that one contract's blobs may take, at least 1. Default: as many as the disk has.</summary>
    public long MaxBytesPerContract { get; init; } = long.MaxValue;

    /// <summary>How long an unfinished blob that nobody continues outlives restarts, 1 hour to 10 years. Default 7 days.</summary>
    public TimeSpan KeepUnfinished { get; init; } = TimeSpan.FromDays(7);

    /// <summary>
    /// The most bytes in files that blobs left and that wait for others, at least 0. They count against no contract, and go as soon as the
    /// disk has no room for a blob. Default 1 GiB.
    /// </summary>
    public long MaxSpareBytes { get; init; } = 1L << 30;

    /// <summary>The network's chunk size in bytes, 1 to 1 MiB. Only tests use another than 1 MiB.</summary>
    public int ChunkBytes { get; init; } = BlobManifest.StandardChunkBytes;

    /// <summary>Every value that is out of range, as a sentence each; none if all are well.</summary>
    public ImmutableArray<string> Errors()
    {
        var errors = ImmutableArray.CreateBuilder<string>();
        if (MaxBytesPerContract < 1)
            errors.Add($"maxBytesPerContract is {MaxBytesPerContract}; it must be at least 1.");
        if (MaxSpareBytes < 0)
            errors.Add($"maxSpareBytes is {MaxSpareBytes}; it must be at least 0.");
        if (KeepUnfinished < TimeSpan.FromHours(1) || KeepUnfinished > TimeSpan.FromDays(3653))
            errors.Add($"keepUnfinished is {KeepUnfinished}; it must be 1 hour to 10 years.");
        if (ChunkBytes is < 1 or > BlobManifest.StandardChunkBytes)
            errors.Add($"chunkBytes is {ChunkBytes}; it must be 1 to {BlobManifest.StandardChunkBytes}.");
        return errors.ToImmutable();
    }
}
