using System.Diagnostics;

namespace Starling.Node.Tests.Blobs;

public sealed class MountedDiskTests
{
    // More than Linux gives any process.
    private const int Nobody = 4_194_305;

    /// <summary>Red if the disk of a test run that was killed stays mounted for ever, or if another's is taken away that runs.</summary>
    [Fact]
    public void What_a_killed_test_left_is_removed()
    {
        using var mine = MountedDisk.InMemory(1 << 20);
        var left = Directory.CreateTempSubdirectory($"starling-disk-{Nobody}-").FullName;
        File.WriteAllText(left + ".image", "");
        using (var mount = Process.Start("mount", ["-t", "tmpfs", "tmpfs", left]))
            mount.WaitForExit();
        Assert.Contains($" {left} ", File.ReadAllText("/proc/self/mounts"), StringComparison.Ordinal);
        MountedDisk.RemoveForgotten();
        Assert.DoesNotContain(left, File.ReadAllText("/proc/self/mounts"), StringComparison.Ordinal);
        Assert.False(Directory.Exists(left) || File.Exists(left + ".image"));
        Assert.Contains($" {mine.Path} ", File.ReadAllText("/proc/self/mounts"), StringComparison.Ordinal);
    }
}
