using Microsoft.Win32.SafeHandles;
using Starling.Core.Blobs;
using Starling.Core.Canonical;
using Starling.Core.Identity;

namespace Starling.Node.Blobs;

/// <summary>
/// The folders of a store. <c>partial/ID</c> and <c>whole/ID</c> hold bytes, <c>ID.manifest</c> beside them the contract and the manifest,
/// <c>partial/new-N</c> what is being written and has no name yet, or waits for a blob. What is in <c>whole</c> with its manifest was
/// synced. A blob of one chunk has no manifest beside it, since to make and sync a file for it costs more than the blob: in <c>whole</c>
/// its name is <c>ID@CONTRACT</c>, and its bytes tell the rest. In <c>partial</c> only blobs of several chunks that arrive have a manifest:
/// so much is fetched anew, or written anew, sooner than a file is made for it. Names of any other form are left alone.
/// </summary>
internal sealed class BlobFolder : IDisposable
{
    private const string AboutSuffix = ".manifest";
    private const string NewPrefix = "new-";
    private const char ContractMark = '@'; // in no contract's name
    private const int MaxAboutBytes = (BlobManifest.MaxChunks * Digest.Size) + 256;
    private readonly string partial;
    private readonly string whole;
    private readonly int chunkBytes;
    private readonly SpareFiles spares;
    private long written;

    public BlobFolder(string root, int chunkBytes, long mostSpareBytes, TimeProvider clock)
    {
        this.chunkBytes = chunkBytes;
        spares = new SpareFiles(mostSpareBytes, smallBytes: chunkBytes, clock);
        partial = Path.Combine(root, "partial");
        whole = Path.Combine(root, "whole");
        Directory.CreateDirectory(partial);
        Directory.CreateDirectory(whole);
        DiskSync.Directory(root);
    }

    /// <summary>Where a blob's bytes are; where they will be once it is durable, if that is asked.</summary>
    public string PathOf(StoredBlob blob, bool durable) =>
        durable && IsSmall(blob) ? $"{PathOf(blob.Id, durable)}{ContractMark}{blob.Contract}" : PathOf(blob.Id, durable);

    /// <summary>Finds what is there and removes what a crash left behind.</summary>
    /// <param name="forgetBefore">Unfinished blobs that were last written before this go.</param>
    public List<StoredBlob> Scan(DateTime forgetBefore)
    {
        var found = new List<StoredBlob>();
        foreach (var file in Directory.EnumerateFiles(partial, NewPrefix + "*"))
            if (long.TryParse(Path.GetFileName(file).AsSpan(NewPrefix.Length), out _))
                File.Delete(file);
        foreach (var durable in (bool[])[true, false])
        {
            foreach (var id in Names(durable))
            {
                var data = new FileInfo(PathOf(id, durable));
                var blob = data.Exists ? ReadAbout(id, durable) : null;
                var kept = blob is not null && (durable
                    ? data.Length == blob.Manifest.Length
                    : data.Length <= blob.Manifest.Length && data.LastWriteTimeUtc >= forgetBefore
                        && !File.Exists(PathOf(id, durable: true)));
                if (kept)
                    found.Add(blob!);
                else
                    Delete(id, durable);
            }
        }

        ScanSmall(found);
        return found;
    }

    /// <summary>Makes room for a blob that has no name yet.</summary>
    /// <exception cref="NoSpaceException">The disk is full.</exception>
    public (string Path, SafeFileHandle Handle) CreateNew(long length)
    {
        var path = spares.Take(length) ?? NewPath();
        return (path, Create(path, length));
    }

    /// <summary>Makes room for a blob that will arrive, and notes its manifest if it may arrive in part.</summary>
    /// <exception cref="NoSpaceException">The disk is full.</exception>
    public SafeFileHandle CreatePartial(StoredBlob blob)
    {
        var path = PathOf(blob.Id, durable: false);
        if (spares.Take(blob.Manifest.Length) is { } spare)
            File.Move(spare, path, overwrite: true);
        var handle = Create(path, blob.Manifest.Length);
        try
        {
            if (blob.Manifest.Chunks.Length > 1)
                WriteAbout(blob, durable: false, sync: false);
            return handle;
        }
        catch
        {
            handle.Dispose();
            Delete(blob.Id, durable: false);
            throw;
        }
    }

    /// <summary>
    /// Gives a blob that was written its name. A crash before it is durable takes it: whoever wrote it was told of no promise.
    /// </summary>
    public void Name(string path, StoredBlob blob) => File.Move(path, PathOf(blob, durable: false), overwrite: true);

    /// <summary>Moves a blob whose bytes are synced to where durable ones are, and syncs that too.</summary>
    /// <exception cref="NoSpaceException">The disk is full.</exception>
    public void MakeDurable(StoredBlob blob)
    {
        if (!IsSmall(blob))
            WriteAbout(blob, durable: true, sync: true);
        // It may have been moved by an attempt whose sync failed.
        if (File.Exists(PathOf(blob, durable: false)))
            File.Move(PathOf(blob, durable: false), PathOf(blob, durable: true), overwrite: true);
        DiskSync.Directory(whole);
        // What a crash leaves of the old names goes with the next scan.
        if (!IsSmall(blob))
            File.Delete(PathOf(blob, durable: false) + AboutSuffix);
    }

    /// <summary>Removes a blob, wherever it is; its file may wait for another one.</summary>
    public void Delete(StoredBlob blob)
    {
        foreach (var durable in (bool[])[true, false])
        {
            // Small blobs are compared with their names when they are found, and those in partial before they are used.
            spares.Keep(PathOf(blob, durable), NewPath(), isBelieved: durable && !IsSmall(blob));
            if (!IsSmall(blob))
                File.Delete(PathOf(blob, durable) + AboutSuffix);
        }
    }

    /// <summary>Removes a blob if the disk lets it; else the next start finds it, and it is let go again.</summary>
    public void TryDelete(StoredBlob blob)
    {
        try
        {
            Delete(blob);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or BlobStoreException)
        {
            // See above.
        }
    }

    /// <summary>Removes the files that wait for a blob.</summary>
    public void Dispose() => spares.Dispose();

    private static bool IsSmall(StoredBlob blob) => blob.Manifest.Chunks.Length == 1;

    private string NewPath() => Path.Combine(partial, NewPrefix + Interlocked.Increment(ref written));

    private string PathOf(BlobId id, bool durable) => Path.Combine(durable ? whole : partial, id.ToString());

    // What does not hash to its name is no blob, and one blob belongs to one contract.
    private void ScanSmall(List<StoredBlob> found)
    {
        var known = found.Select(blob => blob.Id).ToHashSet();
        foreach (var file in Directory.GetFiles(whole, $"*{ContractMark}*").Order(StringComparer.Ordinal))
        {
            if (Path.GetFileName(file).Split(ContractMark) is not [var name, var owner] || !Digest.TryParse(name, out var digest)
                || digest.ToString() != name
                || !ContractId.TryParse(owner, out var contract))
                continue;
            if (ReadSmall(file) is { } manifest && manifest.Id.Digest == digest && known.Add(manifest.Id))
                found.Add(new StoredBlob(manifest.Id, contract, manifest, Durable: true));
            else
                File.Delete(file);
        }
    }

    private BlobManifest? ReadSmall(string file) =>
        new FileInfo(file).Length is var length && length > 0 && length <= chunkBytes
            ? BlobManifest.Of(File.ReadAllBytes(file), chunkBytes) : null;

    private void Delete(BlobId id, bool durable)
    {
        File.Delete(PathOf(id, durable));
        File.Delete(PathOf(id, durable) + AboutSuffix);
    }

    private SafeFileHandle Create(string path, long length)
    {
        while (true)
        {
            SafeFileHandle? handle = null;
            try
            {
                var isAsLong = new FileInfo(path) is { Exists: true } spare && spare.Length == length;
                handle = File.OpenHandle(
                    path, isAsLong ? FileMode.Open : FileMode.Create, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete,
                    FileOptions.None, preallocationSize: isAsLong ? 0 : length);
                RandomAccess.SetLength(handle, length);
                return handle;
            }
            catch (IOException fault) when (DiskSync.IsFull(fault))
            {
                handle?.Dispose();
                File.Delete(path);
                if (!spares.Clear())
                    throw new NoSpaceException($"The disk has no room for {length} bytes in {Path.GetDirectoryName(path)}.", fault);
            }
        }
    }

    private SortedSet<BlobId> Names(bool durable)
    {
        var names = new SortedSet<BlobId>();
        foreach (var file in Directory.EnumerateFiles(durable ? whole : partial))
        {
            var name = Path.GetFileName(file);
            if (name.EndsWith(AboutSuffix, StringComparison.Ordinal))
                name = name[..^AboutSuffix.Length];
            if (Digest.TryParse(name, out var digest) && digest.ToString() == name)
                names.Add(new BlobId(digest));
        }

        return names;
    }

    private void WriteAbout(StoredBlob blob, bool durable, bool sync)
    {
        var bytes = new CanonicalWriter().Text(blob.Contract.Value).Bytes(blob.Manifest.Encode()).ToArray();
        var path = PathOf(blob.Id, durable) + AboutSuffix;
        try
        {
            using var handle = File.OpenHandle(path, FileMode.Create, FileAccess.Write);
            RandomAccess.Write(handle, bytes, 0);
            if (sync)
                RandomAccess.FlushToDisk(handle);
        }
        catch (IOException fault) when (DiskSync.IsFull(fault))
        {
            File.Delete(path);
            throw new NoSpaceException($"The disk has no room for the manifest of blob {blob.Id.Short}.", fault);
        }
    }

    private StoredBlob? ReadAbout(BlobId id, bool durable)
    {
        var file = new FileInfo(PathOf(id, durable) + AboutSuffix);
        if (!file.Exists || file.Length > MaxAboutBytes)
            return null;
        try
        {
            var reader = new CanonicalReader(File.ReadAllBytes(file.FullName));
            var contract = reader.Text(ContractId.MaxLength);
            var manifest = reader.Bytes(MaxAboutBytes);
            reader.End();
            return ContractId.TryParse(contract, out var parsed)
                ? new StoredBlob(id, parsed, BlobManifest.Decode(manifest, id, chunkBytes), durable)
                : null;
        }
        catch (CanonicalFormatException)
        {
            return null;
        }
    }
}
