using System.Globalization;
using Starling.Api;
using Starling.Node.Identity;
using Starling.Node.Journal;

namespace Starling.Daemon.Folders;

/// <summary>
/// In which form a node's folder is kept: a number in its file <c>format</c>. A newer node reads older folders and writes the number anew;
/// an older node leaves a newer folder alone, since it would not understand what it must not forget.
/// </summary>
internal static class FolderFormat
{
    /// <summary>The file's name.</summary>
    public const string FileName = "format";

    /// <summary>The form that this software writes.</summary>
    public const int Current = 1;

    /// <summary>The oldest form that it reads.</summary>
    public const int Oldest = 1;

    private const int MaxLength = 32;

    /// <summary>Checks a folder, and marks it as kept in this form.</summary>
    /// <exception cref="DaemonException">It is kept in a form that is not read here.</exception>
    /// <exception cref="IOException">It cannot be read or written.</exception>
    public static void Take(string folder) => Take(folder, Oldest, Current);

    /// <summary>Checks a folder for software that reads the forms between two, and marks it as kept in the newer.</summary>
    internal static void Take(string folder, int oldest, int current)
    {
        var file = Path.Combine(folder, FileName);
        var found = Read(folder);
        if (found > current)
            throw new DaemonException(ExitCode.Configuration,
                $"{folder} is kept in form {found} by a newer Starling, and this one reads forms up to {current}; start the newer one again, or restore a backup that was made before the upgrade.");
        if (found < oldest)
            throw new DaemonException(ExitCode.Configuration,
                $"{folder} is kept in form {found} by a Starling that is too old for this one, which reads forms from {oldest}; start a version between the two first.");
        if (found == current && File.Exists(file))
            return;
        try
        {
            // Whole or not at all: a torn number would be another form.
            WholeFile.Write(file, $"{current}\n");
        }
        catch (IdentityException fault)
        {
            throw new IOException(fault.InnerException!.Message, fault);
        }
    }

    /// <summary>The form of a folder. One that has a journal and no number was written before there were numbers, in form 1.</summary>
    /// <exception cref="DaemonException">The file holds no number.</exception>
    public static int Read(string folder)
    {
        var file = Path.Combine(folder, FileName);
        if (!File.Exists(file))
            return File.Exists(Path.Combine(folder, NodeJournal.FileName)) ? 1 : Current;
        using var reader = new StreamReader(file);
        var text = new char[MaxLength];
        var length = reader.ReadBlock(text);
        return int.TryParse(text.AsSpan(0, length).Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var form) && form > 0
            ? form
            : throw new DaemonException(ExitCode.Configuration,
                $"{file} does not say in which form the folder is kept; restore the folder from a backup, or remove it and let the node rejoin.");
    }
}
