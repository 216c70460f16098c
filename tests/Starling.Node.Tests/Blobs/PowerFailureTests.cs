using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Starling.Node.Identity;

namespace Starling.Node.Tests.Blobs;

/// <summary>What is found on a real file system whose machine lost its power: what its journal did not hold yet is gone.</summary>
public sealed class PowerFailureTests
{
    private const uint Shutdown = 0x8004587D, WithoutItsJournal = 2; // EXT4_IOC_SHUTDOWN, EXT4_GOING_FLAGS_NOLOGFLUSH
    private const uint WaitBefore = 1, Write = 2, WaitAfter = 4; // of sync_file_range

    [Fact]
    public async Task ABlobThatWasLetGoIsNotFoundAgainWithTheBytesOfTheNext()
    {
        using var disk = MountedDisk.Ext4(32 << 20);
        using var folder = new StoreFolder(disk.Path, spare: 1 << 20);
        var first = await folder.ArriveAsync(StoreFolder.Bytes(90_000, 1));
        await folder.Store.SaveAsync(first, StoreFolder.Cancellation);
        folder.Store.Release(first);
        folder.Store.DeleteDoomed();
        var next = await folder.ArriveAsync(StoreFolder.Bytes(90_000, 2));
        await WriteBackAsync(Path.Combine(disk.Path, "partial", $"{next}"));
        folder.Restart(() => LosePower(disk));
        Assert.DoesNotContain(first, folder.Store.Inventory);
        Assert.Null(await folder.ReadAsync(first, 0));
    }

    [Fact]
    public void AKeyThatWasWrittenIsThere()
    {
        using var disk = MountedDisk.Ext4(32 << 20);
        var key = Path.Combine(disk.Path, "key.pem");
        WholeFile.WriteSecret(key, "secret");
        LosePower(disk);
        Assert.Equal("secret", WholeFile.Read(key, "the key"));
    }

    [Fact]
    public void AFileThatWasCopiedIntoANewFolderIsThere()
    {
        using var disk = MountedDisk.Ext4(32 << 20);
        var source = Path.GetTempFileName();
        File.WriteAllText(source, "journal");
        var copy = Path.Combine(disk.Path, "node", "data", "journal.db");
        WholeFile.Copy(source, copy);
        File.Delete(source);
        LosePower(disk);
        Assert.Equal("journal", WholeFile.Read(copy, "the journal"));
    }

    /// <summary>Has the bytes of a file on the disk, and nothing else.</summary>
    private static Task WriteBackAsync(string path) => Task.Run(
        () =>
        {
            using var file = File.OpenHandle(path);
            Assert.Equal(0, SyncRange(file, 0, 0, WaitBefore | Write | WaitAfter));
        },
        StoreFolder.Cancellation);

    private static void LosePower(MountedDisk disk)
    {
        using (var root = Open(disk.Path, 0))
            Assert.Equal(0, Control(root, Shutdown, WithoutItsJournal));
        disk.Remount();
    }

    [DllImport("libc", EntryPoint = "open", SetLastError = true)]
    private static extern SafeFileHandle Open([MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags);

    [DllImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    private static extern int Control(SafeFileHandle file, ulong request, in uint argument);

    [DllImport("libc", EntryPoint = "sync_file_range", SetLastError = true)]
    private static extern int SyncRange(SafeFileHandle file, long offset, long length, uint flags);
}
