using Starling.Ledgers.Storage;

namespace Starling.Node.Blobs;

/// <summary>
/// Files of blobs that were let go, for blobs to come. The models of a training are all as long, so the next one takes over the place on
/// the disk and in memory that the last one had: to make a file takes a file system longer than to write into one, and to delete it as long
/// again. The old bytes stay until new ones are written over them; a chunk is served only after that.
/// </summary>
internal sealed class SpareFiles : IDisposable
{
    private const int MostFiles = 64;
    private static readonly TimeSpan RoomWatchPeriod = TimeSpan.FromSeconds(10);
    private readonly long mostBytes;
    private readonly long smallBytes;
    private readonly ITimer roomWatch;
    private readonly Lock gate = new();
    // The newest last: it is the likeliest to be in memory still.
    private readonly List<(string Path, long Length)> files = [];

    /// <summary>Makes a list with no files.</summary>
    /// <param name="mostBytes">As many bytes wait in all, and none on a disk that has fewer than that left.</param>
    /// <param name="smallBytes">A file of at most this length is emptied for any other such blob sooner than one is made.</param>
    /// <param name="clock">Says when to look at the disk again.</param>
    public SpareFiles(long mostBytes, long smallBytes, TimeProvider clock)
    {
        (this.mostBytes, this.smallBytes) = (mostBytes, smallBytes);
        roomWatch = clock.CreateTimer(_ => GiveRoom(), null, RoomWatchPeriod, RoomWatchPeriod);
    }

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
        if (length > mostBytes || !HasRoom(file.DirectoryName!))
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

    /// <summary>Deletes all if their disk has become short of room: others write to it too. Done every ten seconds by itself.</summary>
    internal void GiveRoom()
    {
        string? newest;
        lock (gate)
            newest = files.Count == 0 ? null : files[^1].Path;
        try
        {
            if (newest is not null && !HasRoom(Path.GetDirectoryName(newest)!))
                Clear();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The next start deletes it.
        }
    }

    /// <summary>Deletes all.</summary>
    /// <returns>Whether there was any.</returns>
    public bool Clear() => Shrink(0, 0);

    /// <summary>Deletes all and takes in none any more.</summary>
    public void Dispose()
    {
        roomWatch.Dispose();
        Clear();
    }

    private bool HasRoom(string folder) => DiskRoom.Of(folder) >= mostBytes;

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
