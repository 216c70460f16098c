using System.ComponentModel;
using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Starling.Node.Blobs;

/// <summary>What .NET does not offer: syncing a directory, and starting to write back early.</summary>
internal static class DiskSync
{
    private const int CloseOnExecute = 0x80000;
    private const uint StartWriting = 2;

    /// <summary>Makes a directory, with those above it that are not there, durably.</summary>
    /// <exception cref="BlobStoreException">The disk refuses.</exception>
    public static void Make(string path)
    {
        if (System.IO.Directory.Exists(path))
            return;
        var above = Path.GetDirectoryName(Path.TrimEndingDirectorySeparator(path));
        if (above is not null)
            Make(above);
        System.IO.Directory.CreateDirectory(path);
        if (above is not null)
            Directory(above);
    }

    /// <summary>Makes the names in a directory durable. Windows needs no such call.</summary>
    /// <exception cref="BlobStoreException">The disk refuses.</exception>
    public static void Directory(string path)
    {
        if (OperatingSystem.IsWindows())
            return;
        var descriptor = Open(Encoding.UTF8.GetBytes(path + '\0'), OperatingSystem.IsLinux() ? CloseOnExecute : 0);
        if (descriptor < 0)
            throw Failed("open");
        try
        {
            if (Sync(descriptor) < 0)
                throw Failed("sync");
        }
        finally
        {
            _ = Close(descriptor);
        }

        BlobStoreException Failed(string what) =>
            new($"Cannot {what} the folder {path}: {new Win32Exception(Marshal.GetLastPInvokeError()).Message}.");
    }

    /// <summary>
    /// Has the kernel begin to write a stretch to disk, so that little is left to do when the blob is saved. Promises nothing, and does
    /// nothing where there is no such call.
    /// </summary>
    public static void Begin(SafeFileHandle file, long offset, long length)
    {
        if (OperatingSystem.IsLinux() && Environment.Is64BitProcess)
            _ = SyncRange(file, offset, length, StartWriting);
    }

    /// <summary>Whether an exception says that the disk, or the user's share of it, is full.</summary>
    public static bool IsFull(IOException fault) => OperatingSystem.IsWindows()
        ? (fault.HResult & 0xFFFF) is 39 or 112
        : fault.HResult is 28 or 122 or 69 or 27
            || fault.HResult == unchecked((int)0x80131620) && fault.Message.Contains("allocation size", StringComparison.Ordinal);

    [DllImport("libc", EntryPoint = "open", SetLastError = true)]
    private static extern int Open(byte[] path, int flags);

    [DllImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static extern int Sync(int descriptor);

    [DllImport("libc", EntryPoint = "close")]
    private static extern int Close(int descriptor);

    [DllImport("libc", EntryPoint = "sync_file_range")]
    private static extern int SyncRange(SafeFileHandle file, long offset, long length, uint flags);
}
