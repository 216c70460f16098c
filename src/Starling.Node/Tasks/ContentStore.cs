using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using Starling.Core.Canonical;
using Starling.Core.Identity;
using Starling.Node.Blobs;

namespace Starling.Node.Tasks;

/// <summary>
/// Content that tasks made or fetched: folders by name, each with a digest over all its files. A new version is put together aside and
/// takes its name's place at once, so that whoever is killed meanwhile leaves the old one.
/// </summary>
/// <param name="root">The folder that they lie in; nobody else writes there.</param>
public sealed class ContentStore(string root)
{
    /// <summary>The most files of one content.</summary>
    public const int MaxFiles = 100_000;

    private const string Pointer = ".current";

    private readonly Lock gate = new();
    private readonly Dictionary<string, int> readers = [];

    // Two task runners have this node work at once, and what one puts in place the other must not take for old.
    private SemaphoreSlim Adopting { get; } = new(1, 1);

    private string Staging => Path.Combine(root, ".staging");

    /// <summary>Finds content by its name.</summary>
    public StoredContent? Find(ContentName name)
    {
        var pointer = Path.Combine(root, name + Pointer);
        if (!File.Exists(pointer) || !Digest.TryParse(File.ReadAllText(pointer).Trim(), out var digest))
            return null;
        // Earlier versions called a folder by a part of the digest.
        return ((string[])[FolderOf(name, digest), Path.Combine(root, $"{name}@{digest.ToString()[..16]}")])
            .Where(Directory.Exists).Select(folder => new StoredContent(name, digest, folder)).FirstOrDefault();
    }

    /// <summary>Finds content to read: its folders stay meanwhile.</summary>
    /// <exception cref="TaskException">There is none of a name.</exception>
    public ContentLease Lease(params ImmutableArray<ContentName> names)
    {
        lock (gate)
        {
            ImmutableArray<StoredContent> found = [.. names.Select(name => Find(name)
                ?? throw new TaskException($"Content {name} is not on this host; prepare or fetch it by a task before."))];
            foreach (var item in found)
                readers[item.Folder] = readers.GetValueOrDefault(item.Folder) + 1;
            return new ContentLease(found, () => End(found));
        }
    }

    /// <summary>A new folder, aside, to put content together in; the caller adopts it or deletes it.</summary>
    public string Stage()
    {
        var folder = Path.Combine(Staging, Guid.NewGuid().ToString("N"));
        Directory.CreateDirectory(folder);
        return folder;
    }

    /// <summary>Deletes a staged folder, unless it was adopted.</summary>
    public static void Discard(string staged)
    {
        if (Directory.Exists(staged))
            Directory.Delete(staged, recursive: true);
    }

    /// <summary>
    /// Gives a staged folder a name. What had the name before is kept, since something may be about to read it, and goes with the next
    /// version, or with a later one if something reads it still.
    /// </summary>
    /// <param name="name">The name.</param>
    /// <param name="staged">From <see cref="Stage"/>, whole.</param>
    /// <param name="expected">The digest that it must have; null for whatever it has.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="TaskException">The digest is another, or there is what is no plain file.</exception>
    public async Task<StoredContent> AdoptAsync(ContentName name, string staged, Digest? expected, CancellationToken cancellation)
    {
        var digest = await DigestAsync(staged, cancellation).ConfigureAwait(false);
        if (expected is { } wanted && wanted != digest)
            throw new TaskException($"Content {name} has the digest {digest}, and the task wants {wanted}; correct the digest in the task, or have the content made anew.");
        await Adopting.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            return await PutAsync(new StoredContent(name, digest, FolderOf(name, digest)), staged, cancellation).ConfigureAwait(false);
        }
        finally
        {
            Adopting.Release();
        }
    }

    /// <summary>Gives content a second name, whatever had that name before.</summary>
    public async Task<StoredContent> CopyAsync(StoredContent source, ContentName name, CancellationToken cancellation)
    {
        var staged = Stage();
        try
        {
            foreach (var file in Files(source.Folder))
            {
                var target = Path.Combine(staged, file);
                Directory.CreateDirectory(Path.GetDirectoryName(target)!);
                File.Copy(Path.Combine(source.Folder, file), target);
            }

            return await AdoptAsync(name, staged, source.Digest, cancellation).ConfigureAwait(false);
        }
        finally
        {
            Discard(staged);
        }
    }

    /// <summary>Deletes what was never adopted.</summary>
    public void CleanUp()
    {
        Directory.CreateDirectory(root);
        Discard(Staging);
    }

    /// <summary>
    /// The files of a folder by their paths within it, with slashes, sorted. Links and other things that are no plain files are refused.
    /// </summary>
    /// <exception cref="TaskException">There is one, or there are too many files.</exception>
    public static IReadOnlyList<string> Files(string folder)
    {
        var files = new List<string>();
        foreach (var entry in new DirectoryInfo(folder).EnumerateFileSystemInfos("*",
            new EnumerationOptions
            {
                RecurseSubdirectories = true,
                AttributesToSkip = FileAttributes.None,
                ReturnSpecialDirectories = false
            }))
        {
            if (entry.LinkTarget is not null || (entry.Attributes & (FileAttributes.ReparsePoint | FileAttributes.Device)) != 0)
                throw new TaskException($"{entry.FullName} is a link or a device; content has plain files only.");
            if (entry is FileInfo)
                files.Add(Path.GetRelativePath(folder, entry.FullName).Replace('\\', '/'));
            if (files.Count > MaxFiles)
                throw new TaskException($"{folder} has more than {MaxFiles} files; pack them into one.");
        }

        files.Sort(StringComparer.Ordinal);
        return files;
    }

    private static async Task<Digest> DigestAsync(string folder, CancellationToken cancellation)
    {
        var listing = new CanonicalWriter();
        foreach (var file in Files(folder))
        {
            var stream = new FileStream(Path.Combine(folder, file), FileMode.Open, FileAccess.Read, FileShare.Read, 1,
                FileOptions.Asynchronous | FileOptions.SequentialScan);
            await using (stream.ConfigureAwait(false))
                listing.Text(file).Int64(stream.Length).Bytes(await SHA256.HashDataAsync(stream, cancellation).ConfigureAwait(false));
        }

        return Digest.Of(listing.Written);
    }

    private async Task<StoredContent> PutAsync(StoredContent content, string staged, CancellationToken cancellation)
    {
        var before = Find(content.Name);
        if (await IsWholeAsync(content.Folder, content.Digest, cancellation).ConfigureAwait(false))
            Discard(staged);
        else
        {
            if (Directory.Exists(content.Folder))
                Directory.Delete(Retire(content.Folder), recursive: true);
            Sync(staged);
            Directory.Move(staged, content.Folder);
        }

        Point(content.Name, content.Digest);
        foreach (var old in Directory.EnumerateDirectories(root, content.Name + "@*"))
            if (old != content.Folder && old != before?.Folder)
                RetireUnread(old);
        return content;
    }

    // A disk that failed, or whoever ended in the midst of deleting, leaves a folder that has not what its name says.
    private static async Task<bool> IsWholeAsync(string folder, Digest digest, CancellationToken cancellation)
    {
        try
        {
            return Directory.Exists(folder) && await DigestAsync(folder, cancellation).ConfigureAwait(false) == digest;
        }
        catch (Exception broken) when (broken is TaskException or IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static void Sync(string folder)
    {
        foreach (var file in Files(folder))
        {
            using var handle = File.OpenHandle(Path.Combine(folder, file), FileMode.Open, FileAccess.ReadWrite);
            RandomAccess.FlushToDisk(handle);
        }

        foreach (var inner in Directory.EnumerateDirectories(folder, "*", SearchOption.AllDirectories))
            DiskSync.Directory(inner);
        DiskSync.Directory(folder);
    }

    // What it names is on disk before it is.
    private void Point(ContentName name, Digest digest)
    {
        var pointer = Path.Combine(root, name + Pointer);
        using (var handle = File.OpenHandle(pointer + ".new", FileMode.Create, FileAccess.Write))
        {
            RandomAccess.Write(handle, Encoding.ASCII.GetBytes(digest + "\n"), 0);
            RandomAccess.FlushToDisk(handle);
        }

        DiskSync.Directory(root);
        File.Move(pointer + ".new", pointer, overwrite: true);
        DiskSync.Directory(root);
    }

    private void RetireUnread(string folder)
    {
        string? aside;
        lock (gate)
            aside = readers.ContainsKey(folder) ? null : Retire(folder);
        if (aside is not null)
            Directory.Delete(aside, recursive: true);
    }

    // Whoever ends while it is deleted leaves no half of it under its name.
    private string Retire(string folder)
    {
        var aside = Path.Combine(Staging, Guid.NewGuid().ToString("N"));
        Directory.CreateDirectory(Staging);
        Directory.Move(folder, aside);
        return aside;
    }

    private void End(ImmutableArray<StoredContent> read)
    {
        lock (gate)
            foreach (var item in read)
                if (--readers[item.Folder] == 0)
                    readers.Remove(item.Folder);
    }

    private string FolderOf(ContentName name, Digest digest) => Path.Combine(root, $"{name}@{digest}");
}
