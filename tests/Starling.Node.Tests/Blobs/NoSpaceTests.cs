using Starling.Core.Identity;
using Starling.Node.Blobs;

namespace Starling.Node.Tests.Blobs;

public sealed class NoSpaceTests
{
    [Fact]
    public async Task AContractHasItsQuotaAndNoMore()
    {
        using var folder = new StoreFolder(quota: 20_000);
        var first = await folder.ArriveAsync(StoreFolder.Bytes(12_000, 1));
        await folder.Store.SaveAsync(first, StoreFolder.Cancellation);
        var second = StoreFolder.Manifest(StoreFolder.Bytes(8_001, 2));
        Assert.Equal(BlobWriteOutcome.NoSpace, folder.Store.Begin(StoreFolder.Contract, second));
        Assert.Throws<NoSpaceException>(() => folder.Store.Create(StoreFolder.Contract, 8_001));
        folder.Restart();
        Assert.Equal(BlobWriteOutcome.NoSpace, folder.Store.Begin(StoreFolder.Contract, second));
        var other = ContractId.Parse("other");
        Assert.Equal(BlobWriteOutcome.Stored, folder.Store.Begin(other, second));
        folder.Store.Create(StoreFolder.Contract, 8_000).Dispose();
        folder.Store.Release(first);
        folder.Store.Create(StoreFolder.Contract, 20_000).Dispose();
        Assert.Equal([new(other, 8_001)], folder.Store.Usage.ByContract);
    }

    [Fact]
    public async Task AFullDiskIsToldAndLeavesNothingHalfDone()
    {
        using var disk = MountedDisk.InMemory(256 << 10);
        using var folder = new StoreFolder(disk.Path);
        var small = await folder.ArriveAsync(StoreFolder.Bytes(100_000, 1));
        await folder.Store.SaveAsync(small, StoreFolder.Cancellation);
        var big = StoreFolder.Manifest(StoreFolder.Bytes(300_000, 2));
        Assert.Equal(BlobWriteOutcome.NoSpace, folder.Store.Begin(StoreFolder.Contract, big));
        Assert.Throws<NoSpaceException>(() => folder.Store.Create(StoreFolder.Contract, 300_000));
        Assert.Equal([$"whole/{small}", $"whole/{small}.manifest"], folder.Files());
        Assert.Equal(100_000, folder.Store.Usage.Bytes);
        await ChunksThatFindNoRoom(folder);
    }

    [Fact]
    public async Task FilesThatWaitForABlobGoBeforeTheDiskIsFull()
    {
        using var disk = MountedDisk.InMemory(256 << 10);
        using var folder = new StoreFolder(disk.Path, spare: 120_000);
        var first = await folder.ArriveAsync(StoreFolder.Bytes(100_000, 1));
        folder.Store.Release(first);
        Assert.Single(folder.Files());
        var next = await folder.ArriveAsync(StoreFolder.Bytes(200_000, 2));
        Assert.Equal([$"partial/{next}", $"partial/{next}.manifest"], folder.Files());
        folder.Store.Release(next);
        Assert.Empty(folder.Files());
        first = await folder.ArriveAsync(StoreFolder.Bytes(100_000, 1));
        await File.WriteAllBytesAsync(Path.Combine(disk.Path, "filler"), new byte[50_000], StoreFolder.Cancellation);
        folder.Store.Release(first);
        Assert.Equal(["filler"], folder.Files());
    }

    [Fact]
    public async Task FilesThatWaitForABlobGoWhenAnotherWriterFillsTheDisk()
    {
        using var disk = MountedDisk.InMemory(256 << 10);
        using var folder = new StoreFolder(disk.Path, spare: 120_000);
        folder.Store.Release(await folder.ArriveAsync(StoreFolder.Bytes(100_000, 1)));
        folder.Clock.Advance(TimeSpan.FromSeconds(10));
        Assert.Single(folder.Files());
        await File.WriteAllBytesAsync(Path.Combine(disk.Path, "filler"), new byte[50_000], StoreFolder.Cancellation);
        folder.Clock.Advance(TimeSpan.FromSeconds(9));
        Assert.Equal(2, folder.Files().Length);
        folder.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(["filler"], folder.Files());
    }

    // After a crash the room is not reserved any more.
    private static async Task ChunksThatFindNoRoom(StoreFolder folder)
    {
        var bytes = StoreFolder.Bytes(80_000, 3);
        var id = await folder.ArriveAsync(bytes, 0);
        folder.Restart(() => folder.Tamper($"partial/{id}", file => file.SetLength(StoreFolder.ChunkBytes)));
        await folder.Store.OpenAsync(id, StoreFolder.Cancellation);
        var filler = Path.Combine(folder.Path, "filler");
        try
        {
            await using var file = File.Create(filler, bufferSize: 0);
            while (true)
                file.Write(new byte[4096]);
        }
        catch (IOException)
        {
        }

        Assert.Equal(BlobWriteOutcome.NoSpace, folder.Store.WriteChunk(id, 1, StoreFolder.Chunk(bytes, 1).Span));
        Assert.Null(await folder.ReadAsync(id, 1));
        File.Delete(filler);
        await folder.ArriveAsync(bytes);
        await folder.Store.SaveAsync(id, StoreFolder.Cancellation);
    }
}
