using System.Buffers;
using System.Collections.Immutable;
using Microsoft.Win32.SafeHandles;
using Starling.Core.Blobs;
using Starling.Core.Identity;

namespace Starling.Node.Blobs;

/// <summary>One blob in the store. Its lock guards what changes; the store's lock guards leases and release.</summary>
internal sealed class BlobFile(StoredBlob blob, string path, SafeFileHandle? handle, bool held) : IDisposable
{
    private readonly Lock gate = new();
    private readonly bool[] chunks = [.. Enumerable.Repeat(held, blob.Manifest.Chunks.Length)];
    private string path = path;
    private SafeFileHandle? handle = handle;
    private int missing = held ? 0 : blob.Manifest.Chunks.Length;
    private bool durable = blob.Durable;
    private bool syncFailed;

    /// <summary>What it is, as it was when it came here.</summary>
    public StoredBlob Blob => blob;

    public BlobId Id => blob.Id;

    public ContractId Contract => blob.Contract;

    public BlobManifest Manifest => blob.Manifest;

    /// <summary>One at a time verifies or saves.</summary>
    public SemaphoreSlim Busy { get; } = new(1, 1);

    /// <summary>
    /// Whether <see cref="Has"/> speaks of what is on disk. Not so for an unfinished blob of an earlier life until it was verified.
    /// </summary>
    public bool Verified { get; set; } = true;

    /// <summary>Who uses it. Guarded by the store.</summary>
    public int Leases { get; set; }

    /// <summary>Goes with its last lease. Guarded by the store.</summary>
    public bool Released { get; set; }

    /// <summary>How many wrote it and may take it back; none once the node counts on it otherwise. Guarded by the store.</summary>
    public int Writers { get; set; }

    /// <summary>Another file stands under its name. Guarded by the store, which has the lock of names, too, when it sets it.</summary>
    public bool Replaced { get; set; }

    public bool IsWhole
    {
        get
        {
            lock (gate)
                return missing == 0;
        }
    }

    public bool IsDurable
    {
        get
        {
            lock (gate)
                return durable;
        }
    }

    public SafeFileHandle Handle
    {
        get
        {
            lock (gate)
            {
                if (handle is null)
                {
                    handle = File.OpenHandle(
                        path, FileMode.Open, durable ? FileAccess.Read : FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
                    if (!durable)
                        RandomAccess.SetLength(handle, Manifest.Length);
                }

                return handle;
            }
        }
    }

    /// <summary>Whether a chunk is here and verified; never one that the blob does not have.</summary>
    public bool Has(int chunk)
    {
        lock (gate)
            return (uint)chunk < (uint)chunks.Length && chunks[chunk];
    }

    public ImmutableArray<bool> Chunks()
    {
        lock (gate)
            return [.. chunks];
    }

    /// <summary>Somebody uses it; it is wanted again if it was let go, or not. Guarded by the store, as the next three are.</summary>
    public void Lease(bool keep)
    {
        Leases++;
        if (keep)
            Keep();
    }

    /// <summary>The node counts on it.</summary>
    public void Keep() => (Released, Writers) = (false, 0);

    /// <summary>Somebody wrote the same bytes. What was let go and is still here is his alone.</summary>
    public void Rewrite() => (Released, Writers) = (false, Released ? 1 : Writers > 0 ? Writers + 1 : 0);

    /// <summary>One who wrote it does not want it after all.</summary>
    public void TakeBack()
    {
        if (Writers > 0 && --Writers == 0)
            Released = true;
    }

    /// <summary>Stores a chunk if it is the right one.</summary>
    public BlobWriteOutcome Write(int chunk, ReadOnlySpan<byte> bytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(chunk);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(chunk, Manifest.Chunks.Length);
        if (bytes.Length != Manifest.LengthOf(chunk) || Digest.Of(bytes) != Manifest.Chunks[chunk])
        {
            BlobTelemetry.CorruptChunks.Add(1);
            return BlobWriteOutcome.Corrupt;
        }

        if (Has(chunk))
            return BlobWriteOutcome.Stored;
        var offset = (long)chunk * Manifest.ChunkBytes;
        try
        {
            RandomAccess.Write(Handle, bytes, offset);
        }
        catch (IOException fault) when (DiskSync.IsFull(fault))
        {
            return BlobWriteOutcome.NoSpace;
        }

        Add(chunk);
        DiskSync.Begin(Handle, offset, bytes.Length);
        BlobTelemetry.BytesStored.Add(bytes.Length);
        return BlobWriteOutcome.Stored;
    }

    /// <summary>Reads a chunk into memory that is exactly as long; false if it is not here.</summary>
    public async ValueTask<bool> ReadAsync(int chunk, Memory<byte> destination, CancellationToken cancellation)
    {
        if (!Has(chunk))
            return false;
        var length = Manifest.LengthOf(chunk);
        if (destination.Length != length)
            throw new ArgumentException($"Chunk {chunk} has {length} bytes, the destination {destination.Length}.", nameof(destination));
        for (var offset = (long)chunk * Manifest.ChunkBytes; !destination.IsEmpty;)
        {
            var count = await RandomAccess.ReadAsync(Handle, destination, offset, cancellation).ConfigureAwait(false);
            if (count == 0)
                return false;
            destination = destination[count..];
            offset += count;
        }

        BlobTelemetry.BytesRead.Add(length);
        return true;
    }

    /// <summary>Compares what an earlier life left on disk with the hashes. For one thread at a time.</summary>
    public void VerifyAll(CancellationToken cancellation)
    {
        if (Verified)
            return;
        var scratch = ArrayPool<byte>.Shared.Rent(Manifest.ChunkBytes);
        for (var chunk = 0; chunk < Manifest.Chunks.Length; chunk++)
        {
            cancellation.ThrowIfCancellationRequested();
            if (Verify(chunk, scratch))
                Add(chunk);
        }

        ArrayPool<byte>.Shared.Return(scratch);
        Verified = true;
    }

    /// <summary>Has the disk keep the bytes. For one thread at a time.</summary>
    /// <exception cref="BlobStoreException">It refuses. It may be tried again.</exception>
    public void Sync()
    {
        if (syncFailed)
            WriteAgain();
        try
        {
            syncFailed = true;
            RandomAccess.FlushToDisk(Handle);
            syncFailed = false;
        }
        catch (IOException fault)
        {
            throw new BlobStoreException($"Blob {Id.Short} cannot be synced to disk: {fault.Message}", fault);
        }
    }

    public void BecameDurable(string at)
    {
        lock (gate)
        {
            durable = true;
            path = at;
        }
    }

    /// <summary>Fills the destination; false if the file ends before.</summary>
    public static bool ReadWhole(SafeFileHandle file, long offset, Span<byte> destination)
    {
        while (!destination.IsEmpty)
        {
            var count = RandomAccess.Read(file, destination, offset);
            if (count == 0)
                return false;
            destination = destination[count..];
            offset += count;
        }

        return true;
    }

    public void Dispose()
    {
        lock (gate)
            handle?.Dispose();
        Busy.Dispose();
    }

    private void Add(int chunk)
    {
        lock (gate)
        {
            if (!chunks[chunk])
                missing--;
            chunks[chunk] = true;
        }
    }

    private bool Verify(int chunk, byte[] scratch)
    {
        var bytes = scratch.AsSpan(0, Manifest.LengthOf(chunk));
        return ReadWhole(Handle, (long)chunk * Manifest.ChunkBytes, bytes) && Digest.Of(bytes) == Manifest.Chunks[chunk];
    }

    // A kernel that failed to write pages may report the next sync as a success; only bytes that are written anew are written at all.
    private void WriteAgain()
    {
        var scratch = ArrayPool<byte>.Shared.Rent(Manifest.ChunkBytes);
        for (var chunk = 0; chunk < Manifest.Chunks.Length; chunk++)
        {
            if (!Verify(chunk, scratch))
                throw new BlobStoreException($"Chunk {chunk} of blob {Id.Short} was lost when the disk failed.");
            RandomAccess.Write(Handle, scratch.AsSpan(0, Manifest.LengthOf(chunk)), (long)chunk * Manifest.ChunkBytes);
        }

        ArrayPool<byte>.Shared.Return(scratch);
    }
}
