using System.ComponentModel;

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
        try
        {
            using var top = LinuxFolder.Open(folder);
            if (top is not null)
                Add(top, 0, limitBytes, ref sum);
        }
        catch (Win32Exception)
        {
            // The program closed some of it, say, and may hold files in there open and go on writing.
            return long.MaxValue;
        }

        return sum;
    }

    /// <summary>The open files of a process, as names that lead to them.</summary>
    public static IEnumerable<string> OpenFiles(int process) => Directory.EnumerateFileSystemEntries($"/proc/{process}/fd");

    /// <summary>Adds up the deleted files below a folder that processes still hold open.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="processes">The processes.</param>
    /// <param name="openFiles">What a process has open, such as <see cref="OpenFiles"/>.</param>
    /// <returns>Bytes, and whether all was seen: a process that closes its part of <c>/proc</c> (prctl(2), PR_SET_DUMPABLE) shows its
    /// open files to root alone.</returns>
    public static (long Bytes, bool AllSeen) OfDeleted(string folder, IEnumerable<ProcessFacts> processes,
        Func<int, IEnumerable<string>> openFiles)
    {
        var prefix = Path.TrimEndingDirectorySeparator(folder) + '/';
        var sum = 0L;
        var allSeen = true;
        foreach (var process in processes)
        {
            try
            {
                foreach (var descriptor in openFiles(process.Id))
                {
                    if (IsBelow(descriptor, prefix)
                        && LinuxCalls.Facts(descriptor, follow: true) is { IsFile: true, Names: 0 } facts)
                        sum += facts.DiskBytes;
                }
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                allSeen &= !process.StillRuns();
            }
        }

        return (sum, allSeen);
    }

    private static void Add(LinuxFolder folder, int depth, long limitBytes, ref long sum)
    {
        var inner = new List<byte[]>();
        foreach (var name in folder.Names())
        {
            // What went meanwhile takes nothing.
            if (folder.Facts(name) is not { } facts)
                continue;
            sum += EntryBytes + (facts.IsFile ? facts.DiskBytes : 0);
            if (sum > limitBytes)
                return;
            if (facts.IsFolder)
                inner.Add(name);
        }

        foreach (var name in inner)
        {
            if (depth == MaxDepth)
                throw new Win32Exception("Folders are nested without end.");
            using var next = folder.Open(name);
            if (next is not null)
                Add(next, depth + 1, limitBytes, ref sum);
            if (sum > limitBytes)
                return;
        }
    }

    private static bool IsBelow(string descriptor, string prefix)
    {
        try
        {
            return File.ResolveLinkTarget(descriptor, returnFinalTarget: false) is { } target
                && target.FullName.StartsWith(prefix, StringComparison.Ordinal);
        }
        catch (PathTooLongException)
        {
            // The kernel tells no path that is so long; only a program nests folders so deep.
            return true;
        }
        catch (IOException)
        {
            // This one was closed meanwhile, which says nothing of the others.
            return false;
        }
    }
}
