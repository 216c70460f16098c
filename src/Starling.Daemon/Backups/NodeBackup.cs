using System.Collections.Immutable;
using System.Formats.Tar;
using System.IO.Compression;
using System.Text;
using Starling.Api;
using Starling.Api.Events;
using Starling.Daemon.Configuration;
using Starling.Daemon.Folders;
using Starling.Node.Journal;

namespace Starling.Daemon.Backups;

/// <summary>
/// Writes a backup of a node that does not run: its settings, its journal with what it mirrored of the ledger, its events, and its identity
/// if that is wanted. Models are not in it: every committed one is held by a majority, and fetched again.
/// </summary>
public static class NodeBackup
{
    /// <summary>In an archive, the file that says in which form it is.</summary>
    internal const string FormatName = "starling-backup";

    /// <summary>The folder of what is the node's folder's.</summary>
    internal const string DataFolder = "data/";

    /// <summary>The folder of what is the identity's.</summary>
    internal const string IdentityFolder = "identity/";

    /// <summary>The form of archives.</summary>
    internal const int Format = 1;

    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>What of a node's folder is kept.</summary>
    internal static ImmutableArray<string> Kept { get; } = [NodeJournal.FileName, EventFile.Name, FolderFormat.FileName];

    /// <summary>Writes a backup. Only its owner may read it.</summary>
    /// <param name="node">What the node is told.</param>
    /// <param name="file">Its <c>node.yaml</c>.</param>
    /// <param name="archive">The file to write, which must not be there.</param>
    /// <param name="withIdentity">Whether certificate and private key are in it, which is then a secret.</param>
    /// <exception cref="DaemonException">The node runs, or never ran.</exception>
    /// <exception cref="IOException">A file cannot be read or written.</exception>
    public static void Write(NodeConfiguration node, string file, string archive, bool withIdentity)
    {
        Settle(node.Folder);
        var draft = archive + ".part";
        File.Delete(draft);
        try
        {
            if (File.Exists(archive))
                throw new DaemonException(ExitCode.Disk, $"{archive} is there already, and is not replaced; name another file.");
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows())
                options.UnixCreateMode = OwnerOnly;
            using (var stream = new FileStream(draft, options))
            {
                using (var packed = new GZipStream(stream, CompressionLevel.Optimal, leaveOpen: true))
                using (var tar = new TarWriter(packed))
                {
                    tar.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile,
                        FormatName)
                    { DataStream = new MemoryStream(Encoding.ASCII.GetBytes($"{Format}\n")) });
                    Add(tar, file, NodeFile.Name);
                    foreach (var name in Kept.Where(name => File.Exists(Path.Combine(node.Folder, name))))
                        Add(tar, Path.Combine(node.Folder, name), DataFolder + name);
                    foreach (var (path, name) in withIdentity
                        ? BackupIdentity.Names(node).Where(each => File.Exists(each.Path))
                        : [])
                        Add(tar, path, IdentityFolder + name);
                }

                stream.Flush(flushToDisk: true);
            }

            File.Move(draft, archive);
        }
        finally
        {
            File.Delete(draft);
        }
    }

    // What a link leads to, as in all that is read of it: the link itself would lead nowhere on another disk.
    private static void Add(TarWriter tar, string path, string name)
    {
        using var content = File.OpenRead(path);
        var entry = new PaxTarEntry(TarEntryType.RegularFile, name)
        {
            DataStream = content,
            ModificationTime = File.GetLastWriteTimeUtc(content.SafeFileHandle),
        };
        if (!OperatingSystem.IsWindows())
            entry.Mode = File.GetUnixFileMode(content.SafeFileHandle);
        tar.WriteEntry(entry);
    }

    // Opening it alone tells that no node has it; closing it brings everything into the one file.
    private static void Settle(string folder)
    {
        var journal = Path.Combine(folder, NodeJournal.FileName);
        if (!File.Exists(journal))
            throw new DaemonException(ExitCode.Disk,
                $"{folder} has no journal: the node never ran, and there is nothing to back up but its node.yaml.");
        try
        {
            NodeJournal.Open(journal).Dispose();
        }
        catch (JournalException e)
        {
            throw new DaemonException(ExitCode.Disk, $"{e.Message} A node that runs is drained first: 'starling node drain'.", e);
        }
    }
}
