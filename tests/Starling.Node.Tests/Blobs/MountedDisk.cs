using System.Diagnostics;

namespace Starling.Node.Tests.Blobs;

/// <summary>
/// A file system of a test, mounted on a folder of its own. Where nobody may mount one the test is skipped. What a killed test left
/// behind goes when the next one is mounted.
/// </summary>
internal sealed class MountedDisk : IDisposable
{
    private const string Mark = "starling-disk-";

    private static readonly Lazy<bool> Swept = new(() =>
    {
        RemoveForgotten();
        return true;
    });

    private readonly string[] arguments;

    private MountedDisk(Func<string, string[]> arguments)
    {
        Assert.SkipUnless(IsRoot, "Only root can mount a disk.");
        _ = Swept.Value;
        Path = Directory.CreateTempSubdirectory($"{Mark}{Environment.ProcessId}-").FullName;
        this.arguments = [.. arguments(Image), Path];
    }

    private static bool IsRoot => OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess;

    public string Path { get; }

    private string Image => ImageOf(Path);

    /// <summary>A disk in memory.</summary>
    public static MountedDisk InMemory(int bytes) =>
        new MountedDisk(_ => ["-t", "tmpfs", "-o", $"size={bytes}", "tmpfs"]).MountOrSkip();

    /// <summary>An ext4 in a file.</summary>
    public static MountedDisk Ext4(int bytes) => new MountedDisk(image =>
    {
        using (var file = File.Create(image))
            file.SetLength(bytes);
        Assert.True(Run("mkfs.ext4", "-q", "-F", image).Succeeded);
        return ["-o", "loop", image];
    }).MountOrSkip();

    /// <summary>Removes the disks of processes that are no more.</summary>
    internal static void RemoveForgotten()
    {
        foreach (var path in File.ReadLines("/proc/self/mounts").Select(line => line.Split(' ')[1]).ToList())
            if (System.IO.Path.GetFileName(path) is var name && name.StartsWith(Mark, StringComparison.Ordinal)
                && !Directory.Exists($"/proc/{name[Mark.Length..].Split('-')[0]}") && Run("umount", path).Succeeded)
                DeleteFiles(path);
    }

    public void Remount()
    {
        Unmount();
        Assert.True(Run("mount", arguments).Succeeded);
    }

    public void Dispose()
    {
        Unmount();
        DeleteFiles(Path);
    }

    private MountedDisk MountOrSkip()
    {
        if (Run("mount", arguments).Succeeded)
            return this;
        DeleteFiles(Path);
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
        if (File.Exists(Image))
            WaitUntil(() => Run("losetup", "-j", Image) is (true, ""));

        void WaitUntil(Func<bool> free) => Assert.True(SpinWait.SpinUntil(free, TimeSpan.FromSeconds(30)), $"{Path} is still in use.");
    }

    private static void DeleteFiles(string path)
    {
        Directory.Delete(path);
        File.Delete(ImageOf(path));
    }

    private static string ImageOf(string path) => path + ".image";

    private static (bool Succeeded, string Output) Run(string command, params string[] arguments)
    {
        var start = new ProcessStartInfo(command, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode == 0, output);
    }
}
