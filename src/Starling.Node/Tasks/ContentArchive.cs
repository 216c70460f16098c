using System.Formats.Tar;

namespace Starling.Node.Tasks;

/// <summary>Content on its way: a tar archive of plain files (POSIX.1-2001), in the order of their paths.</summary>
public static class ContentArchive
{
    private const UnixFileMode Plain = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;
    private const UnixFileMode Executable = UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    /// <summary>Writes content.</summary>
    public static async Task WriteAsync(StoredContent content, Stream archive, CancellationToken cancellation)
    {
        var writer = new TarWriter(archive, TarEntryFormat.Pax, leaveOpen: true);
        await using (writer.ConfigureAwait(false))
            foreach (var file in ContentStore.Files(content.Folder))
            {
                var path = Path.Combine(content.Folder, file);
                var runs = !OperatingSystem.IsWindows() && (File.GetUnixFileMode(path) & UnixFileMode.UserExecute) != 0;
                var stream = File.OpenRead(path);
                await using (stream.ConfigureAwait(false))
                    await writer.WriteEntryAsync(
                        new PaxTarEntry(TarEntryType.RegularFile,
                            file)
                        {
                            DataStream = stream,
                            Mode = runs ? Plain | Executable : Plain,
                            ModificationTime = DateTimeOffset.UnixEpoch
                        }, cancellation).ConfigureAwait(false);
            }
    }

    /// <summary>
    /// Reads content into an empty folder. The archive is a stranger's: anything but plain files below the folder is refused,
    /// and so is what is too large.
    /// </summary>
    /// <param name="archive">The archive.</param>
    /// <param name="folder">The folder.</param>
    /// <param name="mostBytes">The most that all files may have together.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="TaskException">It is refused; the message says why.</exception>
    /// <exception cref="IOException">It does not come whole, or cannot be written.</exception>
    public static async Task ReadAsync(Stream archive, string folder, long mostBytes, CancellationToken cancellation)
    {
        var (files, left) = (0, mostBytes);
        var source = new ArchiveSource(archive);
        var reader = new TarReader(source, leaveOpen: true);
        await using (reader.ConfigureAwait(false))
            try
            {
                while (await reader.GetNextEntryAsync(copyData: false, cancellation).ConfigureAwait(false) is { } entry)
                {
                    if (entry.EntryType is not (TarEntryType.RegularFile or TarEntryType.V7RegularFile))
                        throw new TaskException($"The content has an entry that is no plain file ({entry.EntryType}); it is not taken.");
                    if (++files > ContentStore.MaxFiles || (left -= entry.Length) < 0)
                        throw new TaskException(
                            $"The content has more than {ContentStore.MaxFiles} files or {mostBytes} bytes; it is not taken.");
                    source.BeginData();
                    await ExtractAsync(entry, Below(folder, entry.Name), cancellation).ConfigureAwait(false);
                    source.BeginHeader();
                }
            }
            // The stranger chooses what the reader and the file system meet, and they say so in many ways.
            catch (Exception broken)
                when (broken is EndOfStreamException or not (TaskException or IOException or OperationCanceledException))
            {
                throw new TaskException($"What came is no readable archive: {broken.Message}", broken);
            }
    }

    private static async Task ExtractAsync(TarEntry entry, string path, CancellationToken cancellation)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var target = new FileStream(path, FileMode.CreateNew, FileAccess.Write);
        await using (target.ConfigureAwait(false))
            if (entry.DataStream is { } data)
                await data.CopyToAsync(target, cancellation).ConfigureAwait(false);
        if (!OperatingSystem.IsWindows() && (entry.Mode & UnixFileMode.UserExecute) != 0)
            File.SetUnixFileMode(path, Plain | Executable);
    }

    private static string Below(string folder, string name)
    {
        var root = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder)) + Path.DirectorySeparatorChar;
        var path = Path.GetFullPath(Path.Combine(root, name));
        return path.StartsWith(root, StringComparison.Ordinal) && !path.EndsWith(Path.DirectorySeparatorChar)
            ? path
            : throw new TaskException("The content has a file outside its folder; it is not taken.");
    }
}
