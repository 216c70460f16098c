using System.Diagnostics;

namespace Starling.Node.Tests.Blobs;

/// <summary>A file system of a test, mounted on a folder of its own. Where nobody may mount one the test is skipped.</summary>
internal sealed class MountedDisk : IDisposable
{
    private readonly string? image;
    private readonly string[] arguments;

    private MountedDisk(string? image, params string[] arguments)
    {
        this.image = image;
        this.arguments = [.. arguments, Path];
    }

    private static bool IsRoot => OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess;

    public string Path { get; } = Directory.CreateTempSubdirectory("starling-disk").FullName;

    /// <summary>A disk in memory.</summary>
    public static MountedDisk InMemory(int bytes)
    {
        Assert.SkipUnless(IsRoot, "Only root can mount a disk.");
        return new MountedDisk(null, "-t", "tmpfs", "-o", $"size={bytes}", "tmpfs").MountOrSkip();
    }

    /// <summary>An ext4 in a file.</summary>
    public static MountedDisk Ext4(int bytes)
    {
        Assert.SkipUnless(IsRoot, "Only root can mount a disk.");
        var image = System.IO.Path.GetTempFileName();
        using (var file = File.OpenWrite(image))
            file.SetLength(bytes);
        Assert.True(Run("mkfs.ext4", "-q", "-F", image).Succeeded);
        return new MountedDisk(image, "-o", "loop", image).MountOrSkip();
    }

    public void Remount()
    {
        Unmount();
        Assert.True(Run("mount", arguments).Succeeded);
    }

    public void Dispose()
    {
        Unmount();
        DeleteFiles();
    }

    private MountedDisk MountOrSkip()
    {
        if (Run("mount", arguments).Succeeded)
            return this;
        DeleteFiles();
        Assert.Skip("This machine lets nobody mount a disk.");
        return this;
    }

    /// <summary>
    /// Waits for processes that other tests start: until they run their program they hold this process's files open,
    /// and a sandbox that is being built holds a copy of each mount.
    /// </summary>
    private void Unmount()
    {
        WaitUntil(() => Run("umount", Path).Succeeded);
        if (image is not null)
            WaitUntil(() => Run("losetup", "-j", image) is (true, ""));

        void WaitUntil(Func<bool> free) => Assert.True(SpinWait.SpinUntil(free, TimeSpan.FromSeconds(30)), $"{Path} is still in use.");
    }

    private void DeleteFiles()
    {
        Directory.Delete(Path);
        if (image is not null)
            File.Delete(image);
    }

    private static (bool Succeeded, string Output) Run(string command, params string[] arguments)
    {
        var start = new ProcessStartInfo(command, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode == 0, output);
    }
}
