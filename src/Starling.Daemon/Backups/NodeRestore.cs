using System.Formats.Tar;
using System.IO.Compression;
using Starling.Api;
using Starling.Core.Kernel;
using Starling.Daemon.Configuration;
using Starling.Daemon.Folders;
using Starling.Node.Identity;
using Starling.Node.Journal;

namespace Starling.Daemon.Backups;

/// <summary>
/// Makes a node of a backup. What it did since is on the ledger and not on this disk, and neither are its models: so its journal forgets
/// what it had promised, and when it is started it says that its disk is gone (<c>Rejoin</c>), as the protocol wants. What it mirrored of
/// the ledger stays: it is the proof if somebody rewrites that.
/// </summary>
public static class NodeRestore
{
    private const long MostBytes = 16L << 30;
    private const int MostFiles = 64, ForgottenAtOnce = 256;

    /// <summary>Restores a node.</summary>
    /// <param name="archive">The backup.</param>
    /// <param name="file">The <c>node.yaml</c>. One that is there holds; else that of the backup is written there, and must
    /// keep to its folder.</param>
    /// <param name="cancellation">Gives up before anything is in its place.</param>
    /// <returns>What the node is told.</returns>
    /// <exception cref="DaemonException">It is no backup, or there is a node already.</exception>
    /// <exception cref="IOException">A file cannot be read or written.</exception>
    /// <exception cref="Core.Configuration.ConfigurationException">The settings have mistakes.</exception>
    public static async Task<NodeConfiguration> RestoreAsync(string archive, string file, CancellationToken cancellation)
    {
        var draft = Directory.CreateTempSubdirectory("starling-restore-"); // its owner's alone
        try
        {
            Unpack(archive, draft.FullName);
            return await PlaceAsync(draft.FullName, Path.GetFullPath(file), cancellation).ConfigureAwait(false);
        }
        catch (Exception e) when (e is JournalException or IdentityException)
        {
            throw new DaemonException(ExitCode.Disk, e.Message, e);
        }
        finally
        {
            draft.Delete(recursive: true);
        }
    }

    private static async Task<NodeConfiguration> PlaceAsync(string draft, string file, CancellationToken cancellation)
    {
        var isOwn = File.Exists(file);
        var node = isOwn ? NodeConfigurationReader.ReadFile(file) : ReadAs(Path.Combine(draft, NodeFile.Name), file);
        var identity = BackupIdentity.Names(node)
            .Select(each => (each.Path, Source: Path.Combine(draft, NodeBackup.IdentityFolder, each.Name)))
            .Where(each => File.Exists(each.Source) && !File.Exists(each.Path)).ToList();
        if (!isOwn
            && identity.Select(each => each.Path).Append(node.Folder)
                .FirstOrDefault(path => !IsWithin(path, Path.GetDirectoryName(file)!)) is { } outside)
            throw new DaemonException(ExitCode.Configuration,
                $"The backup's node.yaml names {outside}, which is not below {Path.GetDirectoryName(file)}: write the node.yaml there yourself, and restore again; then it decides where things go.");
        if (NodeRemoval.Own.Select(name => Path.Combine(node.Folder, name)).FirstOrDefault(Path.Exists) is { } old)
            throw new DaemonException(ExitCode.Disk,
                $"{old} is there already: a backup is not restored over a node; move its folder away first.");
        var data = Path.Combine(draft, NodeBackup.DataFolder);
        FolderFormat.Take(data);
        await ForgetAsync(Path.Combine(data, NodeJournal.FileName), cancellation).ConfigureAwait(false);
        cancellation.ThrowIfCancellationRequested();
        foreach (var (path, source) in identity)
            WholeFile.Copy(source, path);
        // The journal last: without one it is no node's folder yet.
        foreach (var name in NodeBackup.Kept.Reverse().Where(name => File.Exists(Path.Combine(data, name))))
            WholeFile.Copy(Path.Combine(data, name), Path.Combine(node.Folder, name));
        if (!isOwn)
            WholeFile.Copy(Path.Combine(draft, NodeFile.Name), file);
        return node;
    }

    private static NodeConfiguration ReadAs(string source, string place)
    {
        if (!File.Exists(source))
            throw NoBackup("it has no node.yaml");
        var tree = Learning.Experiments.YamlTreeReader.ReadFile(source, Learning.Experiments.YamlBounds.Node);
        return NodeConfigurationReader.Read(tree with { File = place });
    }

    private static async Task ForgetAsync(string journal, CancellationToken cancellation)
    {
        if (!File.Exists(journal))
            throw NoBackup("it has no journal");
        using var opened = NodeJournal.Open(journal);
        var contents = await opened.LoadAsync(cancellation).ConfigureAwait(false);
        foreach (var records in contents.Records.Chunk(ForgottenAtOnce))
            await opened.SaveAsync([.. records.Select(record => new JournalRecord(record.Key, []))], cancellation).ConfigureAwait(false);
    }

    // Only names that a backup has, plain files alone, and no more than a disk bears.
    private static void Unpack(string archive, string draft)
    {
        try
        {
            using var stream = File.OpenRead(archive);
            using var unpacked = new GZipStream(stream, CompressionMode.Decompress);
            using var tar = new TarReader(unpacked);
            var (bytes, files, hasFormat) = (0L, 0, false);
            while (tar.GetNextEntry() is { } entry)
            {
                if (!hasFormat && entry.Name != NodeBackup.FormatName)
                    throw NoBackup("it does not begin as one");
                hasFormat = true;
                if (entry.EntryType is not (TarEntryType.RegularFile or TarEntryType.V7RegularFile) || !IsKnown(entry.Name)
                    || ++files > MostFiles || (bytes += entry.Length) > MostBytes)
                    throw NoBackup($"it holds '{Core.Configuration.Mistake.Shorten(entry.Name)}', or too much");
                var place = Path.Combine(draft, entry.Name);
                Directory.CreateDirectory(Path.GetDirectoryName(place)!);
                using var target = new FileStream(place, FileMode.CreateNew);
                entry.DataStream?.CopyTo(target);
            }

            var form = Path.Combine(draft, NodeBackup.FormatName);
            if (!hasFormat || (File.ReadAllText(form) is var text && text != $"{NodeBackup.Format}\n"))
                throw NoBackup($"it is of another form than {NodeBackup.Format}; restore it with the Starling that made it");
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException or FormatException)
        {
            throw NoBackup("it is damaged", e);
        }
    }

    private static bool IsKnown(string name) => name is NodeBackup.FormatName or NodeFile.Name
        || (name.StartsWith(NodeBackup.DataFolder, StringComparison.Ordinal)
            && NodeBackup.Kept.Contains(name[NodeBackup.DataFolder.Length..]))
        || (name.StartsWith(NodeBackup.IdentityFolder, StringComparison.Ordinal) && name[NodeBackup.IdentityFolder.Length..] is var file
            && file.Length is > 0 and < 40 && file[0] != '.'
            && file.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '.'));

    private static bool IsWithin(string path, string folder) =>
        path == folder || path.StartsWith(folder.TrimEnd('/') + "/", StringComparison.Ordinal);

    private static DaemonException NoBackup(string why, Exception? cause = null) =>
        new(ExitCode.Data, $"This is no backup of a node, or not one for here: {why}.", cause);
}
