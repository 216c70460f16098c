namespace Starling.Cli.Running;

/// <summary>Tells whether a disk is full.</summary>
internal static class DiskRoom
{
    // A node also writes its journal, its events and its log.
    private const long Margin = 64 * 1024;

    /// <summary>Whether the disk of a folder has too little room to work on.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="needed">The largest file that is to be written next, in bytes.</param>
    /// <returns>False also if the system does not say.</returns>
    public static bool IsShort(string folder, long needed)
    {
        try
        {
            var disk = OperatingSystem.IsWindows() ? Path.GetPathRoot(Path.GetFullPath(folder))! : folder;
            return new DriveInfo(disk).AvailableFreeSpace < needed + Margin;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return false;
        }
    }
}
