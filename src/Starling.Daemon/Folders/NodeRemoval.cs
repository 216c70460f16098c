using System.Collections.Immutable;
using Starling.Api;
using Starling.Api.Events;
using Starling.Daemon.Configuration;
using Starling.Node.Journal;

namespace Starling.Daemon.Folders;

/// <summary>What a node left on its host, and its removal. Whatever else lies in its folder stays.</summary>
/// <param name="node">What the node is told.</param>
/// <param name="file">Its <c>node.yaml</c>.</param>
public sealed class NodeRemoval(NodeConfiguration node, string file)
{
    /// <summary>Everything of a node that a node's folder has.</summary>
    internal static readonly ImmutableArray<string> Own =
    [
        NodeJournal.FileName, NodeJournal.FileName + "-wal", NodeJournal.FileName + "-shm", EventFile.Name, FolderFormat.FileName, "blobs",
        "content", "work", "logs", "executors", "node.sock",
    ];

    /// <summary>What goes: files, and folders with all that is in them.</summary>
    /// <param name="withIdentity">Whether certificate and key go, too.</param>
    public ImmutableArray<string> Paths(bool withIdentity)
    {
        var identity = withIdentity
            ? node.IdentityPaths.Where(path => node.Identity.Certificate == path || node.Identity.Key == path || IsBeside(path)) : [];
        return [.. Own.Select(name => Path.Combine(node.Folder, name)).Append(Path.GetFullPath(file)).Concat(identity).Where(Path.Exists)
            .Distinct(StringComparer.Ordinal)];
    }

    /// <summary>Refuses while the node runs.</summary>
    /// <exception cref="DaemonException">It does.</exception>
    public void Check()
    {
        if (DataFolder.IsInUse(node.Folder))
            throw new DaemonException(ExitCode.Disk,
                $"The node of {node.Folder} runs; stop it first, by 'starling node drain' or 'starling node stop'.");
    }

    /// <summary>Removes it.</summary>
    /// <exception cref="IOException">Something cannot be removed; what was removed before is gone.</exception>
    public void Remove(bool withIdentity)
    {
        Check();
        foreach (var path in Paths(withIdentity))
            if (File.GetAttributes(path).HasFlag(FileAttributes.Directory) && new DirectoryInfo(path).LinkTarget is null)
                Directory.Delete(path, recursive: true);
            else
                File.Delete(path);
        foreach (var folder in new[]
        {
            node.Folder,
            Path.GetDirectoryName(node.Identity.Key)!,
            Path.GetDirectoryName(Path.GetFullPath(file))!
        })
            if (Directory.Exists(folder) && !Directory.EnumerateFileSystemEntries(folder).Any())
                Directory.Delete(folder);
    }

    // Authorities may be shared with other nodes, unless they lie with this one's own files.
    private bool IsBeside(string path) => Path.GetDirectoryName(path) == Path.GetDirectoryName(node.Identity.Key);
}
