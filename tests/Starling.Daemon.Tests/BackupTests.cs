using System.Formats.Tar;
using System.IO.Compression;
using Starling.Api;
using Starling.Api.Events;
using Starling.Core.Ledger;
using Starling.Core.Training;
using Starling.Daemon.Backups;
using Starling.Daemon.Tests.Clusters;

namespace Starling.Daemon.Tests;

public sealed class BackupTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("starling-backup-").FullName;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private string Archive => Path.Combine(folder, "node.tar.gz");

    public void Dispose() => Directory.Delete(folder, recursive: true);

    /// <summary>Red if a restored node believes what it promised before and so does not rejoin.</summary>
    [Fact(Timeout = 120_000)]
    public async Task A_node_whose_disk_is_gone_is_restored_and_rejoins()
    {
        const int Rounds = 4000; // more than there is time for
        await using var cluster = await Cluster.CreateAsync(2, Cluster.Synthetic(nodes: 2, minPeers: 2, Rounds), Cancellation);
        await using var other = await cluster.StartAsync(1, Cancellation);
        await using (await cluster.StartAsync(0, Cancellation))
        {
            using var client = cluster.ClientOf(0);
            await ClusterTests.UntilAsync<RoundCommittedEvent>(client);
            Assert.Contains("runs", Assert.Throws<DaemonException>(() => Write(cluster, withIdentity: true)).Message,
                StringComparison.Ordinal);
        }

        Write(cluster, withIdentity: true);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite,
            OperatingSystem.IsWindows() ? UnixFileMode.UserRead | UnixFileMode.UserWrite : File.GetUnixFileMode(Archive));
        Directory.Delete(cluster.NodeFolder(0), recursive: true);
        Assert.Equal(Path.GetFullPath(cluster.NodeFolder(0)),
            (await NodeRestore.RestoreAsync(Archive, cluster.NodeFilePath(0), Cancellation)).Folder);
        await using var again = await cluster.StartAsync(0, Cancellation);
        using var back = cluster.ClientOf(0);
        var told = await ClusterTests.UntilAsync<RejoiningEvent>(back);
        Assert.Equal((cluster.Contract.Value, cluster.Nodes[0].Value, 2L), (told.Contract, told.Member, told.Incarnation));
        using var members = cluster.ClientOf(1);
        Assert.Equal(told.Member, (await ClusterTests.UntilAsync<RejoiningEvent>(members)).Member);
        while ((await back.GetStatusAsync(Cancellation)).Followed.Single().Incarnation != 2)
            await Task.Yield();
    }

    /// <summary>
    /// Red if a node that is put back to an earlier state of the same training goes on as if nothing had happened since, or does not
    /// train with the others again.
    /// </summary>
    [Fact(Timeout = 120_000)]
    public async Task A_node_of_three_that_is_put_back_to_an_earlier_state_trains_on_with_the_others()
    {
        const int Rounds = 100_000; // more than there is time for
        await using var cluster = await Cluster.CreateAsync(3, Cluster.Synthetic(nodes: 3, minPeers: 2, Rounds), Cancellation);
        await using var second = await cluster.StartAsync(1, Cancellation);
        await using var third = await cluster.StartAsync(2, Cancellation);
        await using (await cluster.StartAsync(0, Cancellation))
            await ContributesAsync(cluster, 0);
        Write(cluster, withIdentity: true);
        await using (await cluster.StartAsync(0, Cancellation))
            await ContributesAsync(cluster, 0);
        Assert.False(await HasRejoinedAsync(cluster));

        Directory.Delete(cluster.NodeFolder(0), recursive: true);
        await NodeRestore.RestoreAsync(Archive, cluster.NodeFilePath(0), Cancellation);
        await using var again = await cluster.StartAsync(0, Cancellation);
        await ContributesAsync(cluster, 0);
        Assert.True(await HasRejoinedAsync(cluster));
    }

    /// <summary>Red if a backup without identity holds the key, in any form of the file's lines.</summary>
    [Fact(Timeout = 60_000)]
    public async Task A_backup_holds_a_key_only_if_that_is_wanted()
    {
        await using var cluster = await RanAsync();
        Write(cluster, withIdentity: false);
        var key = (await File.ReadAllLinesAsync(cluster.Configuration(0).Identity.Key, Cancellation))[1];
        Assert.DoesNotContain(key, Unpacked(), StringComparison.Ordinal);
        File.Delete(Archive);
        Write(cluster, withIdentity: true);
        Assert.Contains(key, Unpacked(), StringComparison.Ordinal);
    }

    /// <summary>Red if a link is kept in place of what it leads to: nothing could be restored from such a backup.</summary>
    [Fact(Timeout = 60_000)]
    public async Task A_node_whose_files_are_links_is_restored()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Links take a privilege there.");
        await using var cluster = await RanAsync();
        string[] files = [cluster.Configuration(0).Identity.Certificate, cluster.Configuration(0).Identity.Key, cluster.NodeFilePath(0)];
        var contents = files.Select(File.ReadAllText).ToList();
        foreach (var file in files)
        {
            var target = Path.Combine(folder, $"linked-{Path.GetFileName(file)}");
            File.Move(file, target);
            File.CreateSymbolicLink(file, target);
        }

        Write(cluster, withIdentity: true);
        Directory.Delete(cluster.NodeFolder(0), recursive: true);
        await NodeRestore.RestoreAsync(Archive, cluster.NodeFilePath(0), Cancellation);
        Assert.Equal(contents, files.Select(File.ReadAllText));
    }

    /// <summary>Red if a backup is laid over a node, or writes outside the folder that its owner named.</summary>
    [Fact(Timeout = 60_000)]
    public async Task A_backup_goes_only_where_there_is_room_for_it()
    {
        await using var cluster = await RanAsync();
        Write(cluster, withIdentity: true);
        Assert.Contains("not restored over a node",
            (await Assert.ThrowsAsync<DaemonException>(
                () => NodeRestore.RestoreAsync(Archive, cluster.NodeFilePath(0), Cancellation))).Message, StringComparison.Ordinal);
        // The backup's own settings name an authority's file elsewhere; the file is there, so nothing is written, and all else is below.
        var place = Path.Combine(folder, "new", "node.yaml");
        Assert.Equal(Path.Combine(folder, "new"), (await NodeRestore.RestoreAsync(Archive, place, Cancellation)).Folder);
        Assert.True(File.Exists(Path.Combine(folder, "new", "node.key")));

        cluster.Rewrite(0, "folder: '.'", $"folder: '{cluster.NodeFolder(0)}'");
        File.Delete(Archive);
        Write(cluster, withIdentity: false);
        Assert.Contains("is not below",
            (await Assert.ThrowsAsync<DaemonException>(() =>
                NodeRestore.RestoreAsync(Archive, Path.Combine(folder, "other", "node.yaml"), Cancellation))).Message,
                StringComparison.Ordinal);
        Assert.False(Directory.Exists(Path.Combine(folder, "other")));
    }

    [Theory]
    [InlineData("../evil", TarEntryType.RegularFile)]
    [InlineData("data/../../evil", TarEntryType.RegularFile)]
    [InlineData("identity/..", TarEntryType.RegularFile)]
    [InlineData("data/journal.db", TarEntryType.SymbolicLink)]
    public async Task What_no_backup_holds_is_refused(string name, TarEntryType type)
    {
        await using (var packed = new GZipStream(File.Create(Archive), CompressionLevel.Fastest))
        await using (var tar = new TarWriter(packed))
        {
            await tar.WriteEntryAsync(new PaxTarEntry(TarEntryType.RegularFile,
                "starling-backup")
            { DataStream = new MemoryStream("1\n"u8.ToArray()) }, Cancellation);
            var entry = new PaxTarEntry(type, name);
            if (type == TarEntryType.SymbolicLink)
                entry.LinkName = "/etc/passwd";
            await tar.WriteEntryAsync(entry, Cancellation);
        }

        var fault = await Assert.ThrowsAsync<DaemonException>(
            () => NodeRestore.RestoreAsync(Archive, Path.Combine(folder, "node.yaml"), Cancellation));
        Assert.Equal(ExitCode.Data, fault.ExitCode);
        Assert.Equal(["node.tar.gz"], Directory.EnumerateFileSystemEntries(folder).Select(Path.GetFileName));
    }

    // In a round that is open now, or a later one.
    private static async Task ContributesAsync(Cluster cluster, int node)
    {
        using var witness = cluster.ClientOf(1);
        var committed = (await witness.GetContractAsync(cluster.Contract.Value, Cancellation)).Round - 1;
        await foreach (var told in witness.GetEventsAsync(0, Cancellation))
            if (told is RoundCommittedEvent commit && commit.Round > committed && commit.Contributors.Contains(cluster.Nodes[node].Value))
                return;
    }

    private static async Task<bool> HasRejoinedAsync(Cluster cluster)
    {
        await using var ledger = cluster.OpenLedger();
        for (long at = 0; ;)
        {
            var page = await ledger.ReadAsync(cluster.Contract, at, LedgerPage.MaxEntries, Cancellation);
            if (page.Entries.Any(
                entry => entry.Entry.Body.Author == cluster.Nodes[0] && TrainingEntryCodec.Decode(entry.Entry.Body.Payload) is Rejoin))
                return true;
            if (page.Entries.IsEmpty)
                return false;
            at += page.Entries.Length;
        }
    }

    private static async Task<Cluster> RanAsync()
    {
        var cluster = await Cluster.CreateAsync(2, Cluster.Synthetic(nodes: 2, minPeers: 2, rounds: 1), Cancellation);
        await using var daemon = await cluster.StartAsync(0, Cancellation);
        using var client = cluster.ClientOf(0);
        await ClusterTests.UntilAsync<MemberReadyEvent>(client);
        return cluster;
    }

    private void Write(Cluster cluster, bool withIdentity) =>
        NodeBackup.Write(cluster.Configuration(0), cluster.NodeFilePath(0), Archive, withIdentity);

    private string Unpacked()
    {
        using var packed = new GZipStream(File.OpenRead(Archive), CompressionMode.Decompress);
        using var bytes = new MemoryStream();
        packed.CopyTo(bytes);
        return System.Text.Encoding.Latin1.GetString(bytes.ToArray());
    }
}
