using System.Diagnostics;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Starling.Node.Tests.Blobs;

/// <summary>What the store finds on a real file system whose machine lost its power: what its journal did not hold yet is gone.</summary>
public sealed class PowerFailureTests
{
    [Fact]
    public async Task ABlobThatWasLetGoIsNotFoundAgainWithTheBytesOfTheNext()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess, "Only root can mount a disk.");
        using var disk = new Ext4Disk();
        using var folder = new StoreFolder(disk.Path, spare: 1 << 20);
        var first = await folder.ArriveAsync(StoreFolder.Bytes(90_000, 1));
        await folder.Store.SaveAsync(first, StoreFolder.Cancellation);
        folder.Store.Release(first);
        folder.Store.DeleteDoomed();
        var next = await folder.ArriveAsync(StoreFolder.Bytes(90_000, 2));
        using (var written = File.OpenHandle(Path.Combine(disk.Path, "partial", $"{next}")))
            await disk.WriteBackAsync(written);
        folder.Restart(disk.LosePower);
        Assert.DoesNotContain(first, folder.Store.Inventory);
        Assert.Null(await folder.ReadAsync(first, 0));
    }

    /// <summary>A file system of 32 MiB in a file.</summary>
    private sealed class Ext4Disk : IDisposable
    {
        private const uint Shutdown = 0x8004587D, WithoutItsJournal = 2; // EXT4_IOC_SHUTDOWN, EXT4_GOING_FLAGS_NOLOGFLUSH
        private const uint WaitBefore = 1, Write = 2, WaitAfter = 4; // of sync_file_range
        private readonly string image = System.IO.Path.GetTempFileName();

        public Ext4Disk()
        {
            using (var file = File.OpenWrite(image))
                file.SetLength(32 << 20);
            if (Run("mkfs.ext4", "-q", "-F", image) && Mount())
                return;
            Dispose();
            Assert.Skip("This machine lets nobody mount a disk.");
        }

        public string Path { get; } = Directory.CreateTempSubdirectory("starling-ext4").FullName;

        /// <summary>Has the bytes on the disk, and nothing else.</summary>
        public Task WriteBackAsync(SafeFileHandle file) =>
            Task.Run(() => Assert.Equal(0, SyncRange(file, 0, 0, WaitBefore | Write | WaitAfter)), StoreFolder.Cancellation);

        public void LosePower()
        {
            using (var root = Open(Path, 0))
                Assert.Equal(0, Control(root, Shutdown, WithoutItsJournal));
            Assert.True(Run("umount", Path) && Mount());
        }

        public void Dispose()
        {
            Run("umount", Path);
            Directory.Delete(Path);
            File.Delete(image);
        }

        private bool Mount() => Run("mount", "-o", "loop", image, Path);

        private static bool Run(string command, params string[] arguments)
        {
            using var process = Process.Start(new ProcessStartInfo(command, arguments) { RedirectStandardError = true })!;
            process.WaitForExit();
            return process.ExitCode == 0;
        }

        [DllImport("libc", EntryPoint = "open", SetLastError = true)]
        private static extern SafeFileHandle Open([MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags);

        [DllImport("libc", EntryPoint = "ioctl", SetLastError = true)]
        private static extern int Control(SafeFileHandle file, ulong request, in uint argument);

        [DllImport("libc", EntryPoint = "sync_file_range", SetLastError = true)]
        private static extern int SyncRange(SafeFileHandle file, long offset, long length, uint flags);
    }
}
