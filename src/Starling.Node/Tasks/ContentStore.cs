using System.Security.Cryptography;
using Starling.Core.Canonical;
using Starling.Core.Identity;

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

    /// <summary>Finds content by its name.</summary>
    public StoredContent? Find(ContentName name)
    {
        var pointer = Path.Combine(root, name + Pointer);
        if (!File.Exists(pointer) || !Digest.TryParse(File.ReadAllText(pointer).Trim(), out var digest))
            return null;
        var folder = FolderOf(name, digest);
        return Directory.Exists(folder) ? new StoredContent(name, digest, folder) : null;
    }

    /// <summary>A new folder, aside, to put content together in; the caller adopts it or deletes it.</summary>
    public string Stage()
    {
        var folder = Path.Combine(root, ".staging", Guid.NewGuid().ToString("N"));
        Directory.CreateDirectory(folder);
        return folder;
    }

    /// <summary>
    /// Gives a staged folder a name. What had the name before is kept while something may still read it, and goes with the next version.
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
        var folder = FolderOf(name, digest);
        if (Directory.Exists(folder))
            Directory.Delete(staged, recursive: true);
        else
            Directory.Move(staged, folder);
        var before = Find(name);
        var pointer = Path.Combine(root, name + Pointer);
        await File.WriteAllTextAsync(pointer + ".new", digest + "\n", cancellation).ConfigureAwait(false);
        File.Move(pointer + ".new", pointer, overwrite: true);
        foreach (var old in Directory.EnumerateDirectories(root, name + "@*"))
            if (old != folder && old != before?.Folder)
                Directory.Delete(old, recursive: true);
        return new StoredContent(name, digest, folder);
    }

    /// <summary>Gives content a second name, whatever had that name before.</summary>
    public Task<StoredContent> CopyAsync(StoredContent source, ContentName name, CancellationToken cancellation)
    {
        var staged = Stage();
        foreach (var file in Files(source.Folder))
        {
            var target = Path.Combine(staged, file);
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(Path.Combine(source.Folder, file), target);
        }

        return AdoptAsync(name, staged, source.Digest, cancellation);
    }

    /// <summary>Deletes what was never adopted.</summary>
    public void CleanUp()
    {
        Directory.CreateDirectory(root);
        if (Directory.Exists(Path.Combine(root, ".staging")))
            Directory.Delete(Path.Combine(root, ".staging"), recursive: true);
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

    private string FolderOf(ContentName name, Digest digest) => Path.Combine(root, $"{name}@{digest.ToString()[..16]}");
}
