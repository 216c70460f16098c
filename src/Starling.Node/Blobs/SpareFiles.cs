using Starling.Ledgers.Storage;

namespace Starling.Node.Blobs;

/// <summary>
/// Files of blobs that were let go, for blobs to come. The models of a training are all as long, so the next one takes over the place on
/// the disk and in memory that the last one had: to make a file takes a file system longer than to write into one, and to delete it as long
/// again. The old bytes stay until new ones are written over them; a chunk is served only after that.
/// </summary>
/// <param name="mostBytes">As many bytes wait in all, and none on a disk that has fewer than that left.</param>
/// <param name="smallBytes">A file of at most this length is emptied for any other such blob sooner than one is made.</param>
internal sealed class SpareFiles(long mostBytes, long smallBytes)
{
    private const int MostFiles = 64;
    private readonly Lock gate = new();
    // The newest last: it is the likeliest to be in memory still.
    private readonly List<(string Path, long Length)> files = [];

    /// <summary>Takes a file in, or deletes it, and deletes the oldest if there are too many.</summary>
    /// <param name="path">The file; it may be missing.</param>
    /// <param name="name">The name that it waits under.</param>
    /// <param name="isBelieved">Whether a blob is believed that is found under its old name. That is gone for good, also if the power
    /// fails, before other bytes are written.</param>
    /// <exception cref="BlobStoreException">The disk refuses; the file is deleted.</exception>
    public void Keep(string path, string name, bool isBelieved)
    {
        var file = new FileInfo(path);
        if (!file.Exists)
            return;
        var length = file.Length;
        if (length > mostBytes || !(DiskRoom.Of(file.DirectoryName!) >= mostBytes))
        {
            file.Delete();
            return;
        }

        file.MoveTo(name, overwrite: true);
        try
        {
            if (isBelieved)
                DiskSync.Directory(Path.GetDirectoryName(path)!);
        }
        catch
        {
            File.Delete(name);
            throw;
        }

        lock (gate)
            files.Add((name, length));
        Shrink(MostFiles, mostBytes);
    }

    /// <summary>Gives a file away for a blob of this length, if one suits.</summary>
    public string? Take(long length)
    {
        lock (gate)
        {
            var at = files.FindLastIndex(file => file.Length == length);
            if (at < 0 && length <= smallBytes)
                at = files.FindLastIndex(file => file.Length <= smallBytes);
            if (at < 0)
                return null;
            var path = files[at].Path;
            files.RemoveAt(at);
            return path;
        }
    }

    /// <summary>Deletes all.</summary>
    /// <returns>Whether there was any.</returns>
    public bool Clear() => Shrink(0, 0);

    private bool Shrink(int count, long bytes)
    {
        for (var any = false; ; any = true)
        {
            string path;
            lock (gate)
            {
                if (files.Count <= count && files.Sum(file => file.Length) <= bytes)
                    return any;
                path = files[0].Path;
                files.RemoveAt(0);
            }

            File.Delete(path);
        }
    }
}
