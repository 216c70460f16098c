using Starling.Node.Journal;

namespace Starling.Daemon.Folders;

/// <summary>The folder that a node keeps what it must not forget in.</summary>
public static class DataFolder
{
    /// <summary>Its name beside a <c>node.yaml</c> that is written for somebody.</summary>
    public const string Name = "data";

    private const UnixFileMode OwnersAlone = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    /// <summary>Makes a folder, for its owner alone: a unit of systemd does not start where one is missing that it may write to.</summary>
    /// <exception cref="IOException">It cannot be made.</exception>
    public static void Make(string folder)
    {
        if (OperatingSystem.IsWindows())
            Directory.CreateDirectory(folder);
        else
            Directory.CreateDirectory(folder, OwnersAlone);
    }

    /// <summary>Whether a process has a folder: a node that runs, or one that ends and no longer answers.</summary>
    public static bool IsInUse(string folder)
    {
        var journal = Path.Combine(folder, NodeJournal.FileName);
        if (!File.Exists(journal))
            return false;
        try
        {
            NodeJournal.Open(journal).Dispose();
            return false;
        }
        catch (JournalException e)
        {
            // Else it is damaged, and nobody has it.
            return e.IsInUse;
        }
    }
}
