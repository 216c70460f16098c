namespace Starling.Ledgers.Storage;

/// <summary>How much room a disk has.</summary>
public static class DiskRoom
{
    /// <summary>How many bytes this user may still write to the disk that a folder is on; null if the system does not say.</summary>
    public static long? Of(string folder)
    {
        try
        {
            return new DriveInfo(OperatingSystem.IsWindows() ? Path.GetPathRoot(Path.GetFullPath(folder))! : folder).AvailableFreeSpace;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return null;
        }
    }
}
