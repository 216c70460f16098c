namespace Starling.Node.Executors;

/// <summary>
/// What a folder takes on disk, as a program that works against it would have it measured: links are not followed, and holes, empty files
/// and deleted ones that are still open count.
/// </summary>
internal static class FolderSize
{
    // What an entry takes besides its content: a million empty files are not free.
    private const int EntryBytes = 4096;

    // A program that nests folders without end is over its disk limit, whatever it is.
    private const int MaxDepth = 200;

    /// <summary>Adds up, and stops beyond the limit.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="limitBytes">More need not be counted.</param>
    /// <returns>Bytes; the largest number for a folder that cannot be looked into.</returns>
    public static long Of(string folder, long limitBytes)
    {
        var sum = 0L;
        var waiting = new Stack<(string Path, int Depth)>();
        waiting.Push((folder, 0));
        while (waiting.TryPop(out var next) && sum <= limitBytes)
        {
            if (next.Depth > MaxDepth)
                return long.MaxValue;
            try
            {
                foreach (var path in Directory.EnumerateFileSystemEntries(next.Path, "*", Every))
                {
                    if (LinuxCalls.Facts(path) is not { } facts)
                        continue;
                    sum += EntryBytes + (facts.IsFile ? facts.DiskBytes : 0);
                    if (facts.IsFolder)
                        waiting.Push((path, next.Depth + 1));
                    if (sum > limitBytes)
                        break;
                }
            }
            catch (IOException)
            {
                // It went meanwhile.
            }
            catch (UnauthorizedAccessException)
            {
                // The program closed it, and may hold files in it open and go on writing.
                return long.MaxValue;
            }
        }

        return sum;
    }

    /// <summary>Adds up the deleted files below a folder that processes still hold open.</summary>
    public static long OfDeleted(string folder, IEnumerable<int> processes)
    {
        var prefix = Path.TrimEndingDirectorySeparator(folder) + '/';
        var sum = 0L;
        foreach (var descriptors in processes.Select(process => $"/proc/{process}/fd"))
        {
            try
            {
                foreach (var descriptor in Directory.EnumerateFileSystemEntries(descriptors))
                {
                    if (File.ResolveLinkTarget(descriptor, returnFinalTarget: false) is { } target
                        && target.FullName.StartsWith(prefix, StringComparison.Ordinal)
                        && LinuxCalls.Facts(descriptor, follow: true) is { IsFile: true, Names: 0 } facts)
                        sum += facts.DiskBytes;
                }
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // The process ended.
            }
        }

        return sum;
    }

    private static readonly EnumerationOptions Every = new() { AttributesToSkip = 0, IgnoreInaccessible = false };
}
