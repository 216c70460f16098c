using Starling.Api;
using Starling.Api.Events;
using Starling.Daemon.Folders;
using Starling.Daemon.Tests.Clusters;
using Starling.Node.Journal;

namespace Starling.Daemon.Tests;

public sealed class FolderTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("starling-folder-").FullName;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    /// <summary>Red if a newer version loses an older folder, or an older one takes a newer folder for its own.</summary>
    [Fact]
    public void A_newer_version_takes_an_older_folder_and_not_the_other_way_round()
    {
        File.WriteAllText(Path.Combine(folder, NodeJournal.FileName), ""); // of a time before there were numbers
        Assert.Equal(1, FolderFormat.Read(folder));
        FolderFormat.Take(folder, oldest: 1, current: 2);
        Assert.Equal(2, FolderFormat.Read(folder));
        var fault = Assert.Throws<DaemonException>(() => FolderFormat.Take(folder, oldest: 1, current: 1));
        Assert.Equal((ExitCode.Configuration,
            $"{folder} is kept in form 2 by a newer Starling, and this one reads forms up to 1; start the newer one again, or restore a backup that was made before the upgrade."), (fault.ExitCode, fault.Message));
        Assert.Contains("too old", Assert.Throws<DaemonException>(() => FolderFormat.Take(folder, oldest: 3, current: 3)).Message,
            StringComparison.Ordinal);
        Assert.Equal(2, FolderFormat.Read(folder));
        File.WriteAllText(Path.Combine(folder, FolderFormat.FileName), "many\n");
        Assert.Throws<DaemonException>(() => FolderFormat.Read(folder));
    }

    /// <summary>Red if a node starts over a folder of a newer version, or writes to it before it looks.</summary>
    [Fact(Timeout = 60_000)]
    public async Task A_node_does_not_start_over_a_newer_folder()
    {
        await using var cluster = await Cluster.CreateAsync(2, Cluster.Synthetic(nodes: 2, minPeers: 2, rounds: 1), Cancellation);
        var mark = Path.Combine(cluster.NodeFolder(0), FolderFormat.FileName);
        await File.WriteAllTextAsync(mark, "2\n", Cancellation);
        Assert.Contains("newer Starling", (await Assert.ThrowsAsync<DaemonException>(() => cluster.StartAsync(0, Cancellation))).Message,
            StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(cluster.NodeFolder(0), NodeJournal.FileName)));
        File.Delete(mark);
        await using var daemon = await cluster.StartAsync(0, Cancellation);
        Assert.Equal("1\n", await File.ReadAllTextAsync(mark, Cancellation));
    }

    /// <summary>Red if a running node is removed, something of a node stays, or anything that is not a node's goes.</summary>
    [Fact(Timeout = 60_000)]
    public async Task A_node_is_removed_and_nothing_else()
    {
        await using var cluster = await Cluster.CreateAsync(2, Cluster.Synthetic(nodes: 2, minPeers: 2, rounds: 1), Cancellation);
        var (node, place) = (cluster.Configuration(0), cluster.NodeFolder(0));
        await File.WriteAllTextAsync(Path.Combine(place, "rows.csv"), "mine", Cancellation);
        var removal = new NodeRemoval(node, cluster.NodeFilePath(0));
        await using (await cluster.StartAsync(0, Cancellation))
        {
            using var client = cluster.ClientOf(0);
            await ClusterTests.UntilAsync<MemberReadyEvent>(client);
            Assert.Contains("runs; stop it first", Assert.Throws<DaemonException>(() => removal.Remove(withIdentity: false)).Message,
                StringComparison.Ordinal);
        }

        Assert.DoesNotContain(removal.Paths(withIdentity: false), path => path == node.Identity.Key);
        removal.Remove(withIdentity: false);
        Assert.Equal(["node.key", "node.pem", "rows.csv"], Left(place));
        await File.WriteAllTextAsync(cluster.NodeFilePath(0), "", Cancellation);
        removal.Remove(withIdentity: true);
        Assert.Equal(["rows.csv"], Left(place));
        Assert.True(File.Exists(node.Identity.Anchors[0]), "an authority that others trust as well");
    }

    private static IEnumerable<string?> Left(string place) =>
        Directory.EnumerateFileSystemEntries(place).Select(Path.GetFileName).Order(StringComparer.Ordinal);
}
