using System.Collections.Immutable;
using System.Diagnostics;
using Microsoft.Win32.SafeHandles;
using Starling.Core.Blobs;
using Starling.Core.Identity;

namespace Starling.Node.Blobs;

/// <summary>
/// A node's blobs in a folder: immutable bytes by name, verified chunk by chunk as they arrive, readable while they arrive, durable once
/// saved. Thread-safe. No other process may use the folder.
/// </summary>
public sealed class BlobStore : IDisposable
{
    private readonly BlobStoreOptions options;
    private readonly BlobFolder folder;
    private readonly BlobQuotas quotas;
    private readonly BlobAudiences audiences = new();
    private readonly SortedDictionary<BlobId, BlobFile> blobs = [];
    private readonly Queue<BlobFile> doomed = new();

    // Names in the folder change under the first lock, and what is in memory under the second, which may be taken within the first.
    private readonly Lock names = new();
    private readonly Lock gate = new();

    /// <summary>Opens a store, makes its folders and clears what a crash left behind. Files with other names are left alone.</summary>
    /// <param name="root">The folder.</param>
    /// <param name="options">The bounds.</param>
    /// <param name="clock">Says how old unfinished blobs are.</param>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    /// <exception cref="IOException">The folder cannot be used.</exception>
    public BlobStore(string root, BlobStoreOptions options, TimeProvider clock)
    {
        if (options.Errors() is { IsEmpty: false } errors)
            throw new ArgumentException(string.Join(' ', errors), nameof(options));
        this.options = options;
        quotas = new BlobQuotas(options.MaxBytesPerContract);
        folder = new BlobFolder(Path.GetFullPath(root), options.ChunkBytes, options.MaxSpareBytes, clock);
        foreach (var blob in folder.Scan(clock.GetUtcNow().UtcDateTime - options.KeepUnfinished))
        {
            quotas.Take(blob.Contract, blob.Manifest.Length);
            blobs[blob.Id] = new BlobFile(blob, folder.PathOf(blob, blob.Durable), null, held: blob.Durable) { Verified = blob.Durable };
        }
    }

    /// <summary>The blobs that are saved, sorted.</summary>
    public ImmutableArray<BlobId> Inventory
    {
        get
        {
            lock (gate)
                return [.. blobs.Values.Where(b => b.IsDurable && !b.Released).Select(b => b.Id)];
        }
    }

    /// <summary>What the store takes of the disk.</summary>
    public BlobStoreUsage Usage
    {
        get
        {
            lock (gate)
            {
                var used = quotas.Used;
                var durable = blobs.Values.Count(b => b.IsDurable);
                return new BlobStoreUsage(durable, blobs.Count - durable, used.Values.Sum(), used);
            }
        }
    }

    /// <summary>Says what is here of a blob. Chunks of an earlier life are compared with their hashes first.</summary>
    public async Task<BlobOnDisk> OpenAsync(BlobId blob, CancellationToken cancellation)
    {
        using var lease = Acquire(blob, keep: true);
        if (lease is null)
            return new BlobOnDisk(null, []);
        if (!lease.File.Verified)
        {
            await lease.File.Busy.WaitAsync(cancellation).ConfigureAwait(false);
            try
            {
                await Task.Run(() => lease.File.VerifyAll(cancellation), cancellation).ConfigureAwait(false);
            }
            finally
            {
                lease.File.Busy.Release();
            }
        }

        return new BlobOnDisk(lease.File.Manifest, lease.File.Chunks());
    }

    /// <summary>Makes room for a blob that will arrive. What is here of it already stays.</summary>
    /// <param name="contract">The contract that it counts against.</param>
    /// <param name="manifest">Its manifest, of the network's chunk size.</param>
    /// <returns><see cref="BlobWriteOutcome.Stored"/> or <see cref="BlobWriteOutcome.NoSpace"/>.</returns>
    public BlobWriteOutcome Begin(ContractId contract, BlobManifest manifest)
    {
        if (manifest.ChunkBytes != options.ChunkBytes)
            throw new ArgumentException($"Chunks have {options.ChunkBytes} bytes here, not {manifest.ChunkBytes}.", nameof(manifest));
        var blob = new StoredBlob(manifest.Id, contract, manifest, Durable: false);
        lock (names)
        {
            lock (gate)
            {
                if (blobs.TryGetValue(blob.Id, out var known))
                {
                    known.Keep();
                    return BlobWriteOutcome.Stored;
                }
            }

            if (!TakeRoom(contract, manifest.Length))
                return BlobWriteOutcome.NoSpace;
            try
            {
                var handle = folder.CreatePartial(blob);
                lock (gate)
                    blobs[blob.Id] = new BlobFile(blob, folder.PathOf(blob, durable: false), handle, held: false);
                return BlobWriteOutcome.Stored;
            }
            catch (Exception fault)
            {
                lock (gate)
                    quotas.GiveBack(contract, manifest.Length);
                if (fault is NoSpaceException)
                    return BlobWriteOutcome.NoSpace;
                throw;
            }
        }
    }

    /// <summary>Stores a chunk of a blob that was begun, if it hashes to what the manifest says.</summary>
    public BlobWriteOutcome WriteChunk(BlobId blob, int chunk, ReadOnlySpan<byte> bytes)
    {
        using var lease = Acquire(blob, keep: false);
        return lease?.File.Write(chunk, bytes) ?? BlobWriteOutcome.Unknown;
    }

    /// <summary>The manifest of a blob that is here or arrives; else null.</summary>
    public BlobManifest? Manifest(BlobId blob)
    {
        lock (gate)
            return blobs.GetValueOrDefault(blob)?.Manifest;
    }

    /// <summary>Reads a chunk that is here and verified, also of a blob that still arrives.</summary>
    /// <param name="blob">The blob.</param>
    /// <param name="chunk">The chunk's index.</param>
    /// <param name="destination">Exactly as long as the chunk.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>Whether it is here.</returns>
    public async ValueTask<bool> ReadChunkAsync(BlobId blob, int chunk, Memory<byte> destination, CancellationToken cancellation)
    {
        using var lease = Acquire(blob, keep: false);
        return lease is not null && await lease.File.ReadAsync(chunk, destination, cancellation).ConfigureAwait(false);
    }

    /// <summary>Begins a new blob whose name is not known yet.</summary>
    /// <param name="contract">The contract that it counts against.</param>
    /// <param name="length">Its length in bytes, at least 1.</param>
    /// <exception cref="NoSpaceException">The quota or the disk is full.</exception>
    public BlobWriter Create(ContractId contract, long length)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(length, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, (long)BlobManifest.MaxChunks * options.ChunkBytes);
        if (!TakeRoom(contract, length))
            throw new NoSpaceException($"The contract {contract} may not take {length} more bytes; raise its quota.");
        try
        {
            var (path, handle) = folder.CreateNew(length);
            return new BlobWriter(this, contract, length, options.ChunkBytes, path, handle);
        }
        catch
        {
            lock (gate)
                quotas.GiveBack(contract, length);
            throw;
        }
    }

    /// <summary>Opens a whole blob for reading at any position; null if it is not whole, or not here.</summary>
    public BlobReader? Read(BlobId blob) => Read(blob, file => file.IsWhole);

    /// <summary>Opens these chunks of a blob for reading, and no others; null if one is not here, or the blob has none such.</summary>
    public BlobReader? ReadChunks(BlobId blob, IReadOnlyCollection<int> chunks) =>
        Read(blob, file => chunks.All(file.Has));

    /// <summary>Keeps a blob on disk, whole or not, until the lease is disposed of; null if nothing of it is here.</summary>
    public BlobLease? Lease(BlobId blob) => Acquire(blob, keep: false) is { } held ? new BlobLease(blob, held.Dispose) : null;

    /// <summary>Makes a whole blob durable: bytes, manifest, names. Returns at once if it is already.</summary>
    /// <exception cref="BlobStoreException">The blob is not whole, or the disk refuses. It may be tried again.</exception>
    public async Task SaveAsync(BlobId blob, CancellationToken cancellation)
    {
        while (true)
        {
            using var lease =
                Acquire(blob, keep: true) ?? throw new BlobStoreException($"Blob {blob.Short} is not here, so it cannot be saved.");
            if (!lease.File.IsWhole)
                throw new BlobStoreException($"Blob {blob.Short} has not arrived whole, so it cannot be saved.");
            if (await TrySaveAsync(lease.File, cancellation).ConfigureAwait(false))
                return;
        }
    }

    /// <summary>Lets a blob go. Its bytes are deleted when no lease is held, and nobody is served any more.</summary>
    public void Release(BlobId blob)
    {
        audiences.Remove(blob);
        using var lease = Acquire(blob, keep: false);
        lock (gate)
            lease?.File.Released = true;
    }

    /// <summary>Lets a blob go that a writer wrote in vain, unless the node or another writer counts on the same bytes.</summary>
    public void TakeBack(BlobId blob)
    {
        using var lease = Acquire(blob, keep: false);
        lock (gate)
            lease?.File.TakeBack();
    }

    /// <summary>Lets these nodes read a blob under a contract, and no others; replaces what was said before.</summary>
    public void Share(BlobId blob, ContractId contract, IEnumerable<NodeId> audience) => audiences.Replace(blob, contract, audience);

    /// <summary>Whether a node may read a blob. Does not depend on whether the blob is here.</summary>
    public bool Permits(NodeId node, BlobId blob) => audiences.Permits(node, blob);

    /// <summary>Closes the files. Nothing may be under way.</summary>
    public void Dispose()
    {
        DeleteDoomed();
        folder.Dispose();
        lock (gate)
        {
            foreach (var blob in blobs.Values)
                blob.Dispose();
            blobs.Clear();
        }
    }

    /// <summary>Takes in what a writer wrote.</summary>
    internal BlobId Adopt(ContractId contract, BlobManifest manifest, string path, SafeFileHandle handle)
    {
        var blob = new StoredBlob(manifest.Id, contract, manifest, Durable: false);
        BlobFile? replaced = null;
        lock (names)
        {
            lock (gate)
            {
                if (blobs.TryGetValue(blob.Id, out replaced) && replaced.IsWhole)
                {
                    replaced.Rewrite();
                    Discard(contract, manifest.Length, path, handle);
                    return blob.Id;
                }
            }

            try
            {
                folder.Name(path, blob);
            }
            catch
            {
                Discard(contract, manifest.Length, path, handle);
                throw;
            }

            lock (gate)
            {
                if (replaced is not null)
                {
                    replaced.Replaced = true;
                    quotas.GiveBack(replaced.Contract, manifest.Length);
                    if (replaced.Leases == 0)
                        replaced.Dispose();
                }

                blobs[blob.Id] =
                    new BlobFile(blob, folder.PathOf(blob, durable: false), handle, held: true) { Writers = replaced is null ? 1 : 0 };
            }
        }

        return blob.Id;
    }

    /// <summary>Removes what a writer wrote.</summary>
    internal void Discard(ContractId contract, long length, string path, SafeFileHandle handle)
    {
        handle.Dispose();
        File.Delete(path);
        lock (gate)
            quotas.GiveBack(contract, length);
    }

    /// <summary>Makes a whole blob durable, unless another file has taken its name: that one was not synced.</summary>
    internal async Task<bool> TrySaveAsync(BlobFile file, CancellationToken cancellation)
    {
        await file.Busy.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            return file.IsDurable || TrySave(file);
        }
        finally
        {
            file.Busy.Release();
        }
    }

    private bool TrySave(BlobFile file)
    {
        using var activity = BlobTelemetry.Source.StartActivity("blob.save");
        activity?.SetTag("blob", file.Id.ToString()).SetTag("bytes", file.Manifest.Length);
        var began = Stopwatch.GetTimestamp();
        file.Sync();
        lock (names)
        {
            if (file.Replaced)
                return false;
            folder.MakeDurable(file.Blob);
            file.BecameDurable(folder.PathOf(file.Blob, durable: true));
        }

        BlobTelemetry.SaveTime.Record(Stopwatch.GetElapsedTime(began).TotalSeconds);
        return true;
    }

    private BlobReader? Read(BlobId blob, Func<BlobFile, bool> isHere)
    {
        var held = Acquire(blob, keep: false);
        if (held is not null && isHere(held.File))
            return new BlobReader(held.File, new BlobLease(blob, held.Dispose));
        held?.Dispose();
        return null;
    }

    private bool TakeRoom(ContractId contract, long bytes)
    {
        lock (gate)
            return quotas.TryTake(contract, bytes);
    }

    /// <param name="blob">The blob.</param>
    /// <param name="keep">Whether the blob is wanted again if it was released.</param>
    internal HeldBlob? Acquire(BlobId blob, bool keep)
    {
        lock (gate)
        {
            if (!blobs.TryGetValue(blob, out var file))
                return null;
            file.Lease(keep);
            return new HeldBlob(file, End);
        }
    }

    private void End(BlobFile file)
    {
        lock (gate)
        {
            if (--file.Leases > 0 || !(file.Released || file.Replaced))
                return;
            if (file.Replaced)
            {
                file.Dispose();
                return;
            }

            blobs.Remove(file.Id);
            quotas.GiveBack(file.Contract, file.Manifest.Length);
            doomed.Enqueue(file);
        }

        // To delete a large file takes a while, and who lets a blob go is often the node's loop.
        ThreadPool.UnsafeQueueUserWorkItem(store => store.DeleteDoomed(), this, preferLocal: false);
    }

    /// <summary>Deletes the files of what was let go. Done soon after by itself.</summary>
    internal void DeleteDoomed()
    {
        lock (names)
            while (true)
            {
                BlobFile? file;
                bool isBack;
                lock (gate)
                {
                    if (!doomed.TryDequeue(out file))
                        return;
                    isBack = blobs.ContainsKey(file.Id);
                }
                file.Dispose();
                if (!isBack) // What came again meanwhile has the files' names.
                    folder.TryDelete(file.Blob);
            }
    }
}
