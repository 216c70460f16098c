using Starling.Cli.Runs;

namespace Starling.Cli.Tests.Running;

public sealed class RunLockTests
{
    /// <summary>Red if looking at a run writes to its folder, which may be another user's, or does not see that the run goes on.</summary>
    [Fact]
    public void Whether_a_folder_is_taken_is_seen_by_reading_alone()
    {
        var folder = Directory.CreateTempSubdirectory("starling-lock-").FullName;
        try
        {
            Assert.False(RunLock.IsTaken(folder));
            Assert.Empty(Directory.EnumerateFileSystemEntries(folder));
            using (RunLock.Take(folder))
                Assert.True(RunLock.IsTaken(folder));
            if (!OperatingSystem.IsWindows())
                File.SetUnixFileMode(Assert.Single(Directory.GetFiles(folder)), UnixFileMode.UserRead);
            Assert.False(RunLock.IsTaken(folder));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
