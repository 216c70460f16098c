namespace Starling.Node.Executors;

/// <summary>What is kept on disk of a program's output, while the program writes on or after its end.</summary>
public static class KeptOutput
{
    // Each time the log began a new file between two looks, which takes half of its bound.
    private const int MostLooks = 8;

    /// <summary>The streams of which output is kept.</summary>
    public static readonly IReadOnlyList<string> Streams = ["stdout", "stderr"];

    /// <summary>Opens a stream's output.</summary>
    /// <param name="folder">The folder that the order named for output.</param>
    /// <param name="stream">One of <see cref="Streams"/>.</param>
    /// <returns>Its parts, the older one first, which the caller disposes; none if nothing is kept.</returns>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static IReadOnlyList<FileStream> Open(string folder, string stream)
    {
        var path = Path.Combine(folder, $"{stream}.log");
        for (var look = 1; ; look++)
        {
            var (older, newer) = (Find(CappedLog.Older(path)), Find(path));
            // A file that became the older one after it was looked for would be read in part, or twice.
            using var again = Find(CappedLog.Older(path));
            if (look == MostLooks || Moment(older) == Moment(again))
                return [.. new[] { older, newer }.OfType<FileStream>()];
            older?.Dispose();
            newer?.Dispose();
        }
    }

    private static (long Length, DateTime Written)? Moment(FileStream? file) =>
        file is null ? null : (file.Length, File.GetLastWriteTimeUtc(file.SafeFileHandle));

    private static FileStream? Find(string path)
    {
        try
        {
            return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        }
        catch (Exception none) when (none is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }
}
