using Starling.Core.Identity;

namespace Starling.Node.Tests.Blobs;

/// <summary>Files of blobs that were let go, which the next blobs take over.</summary>
public sealed class SpareFilesTests : IDisposable
{
    private readonly StoreFolder folder = new(spare: 20_000);

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task ABlobTakesOverTheFileOfOneThatWasAsLong()
    {
        folder.Store.Release(await SavedAsync(9000, 1));
        Assert.Equal(StoreFolder.Bytes(9000, 1), File.ReadAllBytes(Path.Combine(folder.Path, Spare())));
        var next = await SavedAsync(9000, 2);
        Assert.Equal(new SortedSet<string>(StringComparer.Ordinal) { $"whole/{next}", $"whole/{next}.manifest" }, folder.Files());
        Assert.Equal(StoreFolder.Chunk(StoreFolder.Bytes(9000, 2), 2).ToArray(), await folder.ReadAsync(next, 2));
        folder.Store.Release(next);
        Spare();
        var written = await WrittenAsync(9000, 3);
        Assert.Equal([$"partial/{written}"], folder.Files());
        Assert.Equal(StoreFolder.Chunk(StoreFolder.Bytes(9000, 3), 1).ToArray(), await folder.ReadAsync(written, 1));
    }

    [Fact]
    public async Task WhatALargeBlobLeftIsTakenForNoShorterAndNoLongerOne()
    {
        folder.Store.Release(await SavedAsync(9000, 1));
        var spare = Spare();
        await SavedAsync(9001, 2);
        await SavedAsync(8999, 3);
        await SavedAsync(100, 4);
        Assert.Contains(spare, folder.Files());
    }

    // A blob with the bytes of the one before would be served, and believed after a crash.
    [Fact]
    public async Task BytesOfTheBlobBeforeAreNeverTakenForTheNextOnes()
    {
        folder.Store.Release(await SavedAsync(9000, 1));
        Spare();
        var bytes = StoreFolder.Bytes(9000, 2);
        var next = await folder.ArriveAsync(bytes, 1);
        Assert.Null(await folder.ReadAsync(next, 0));
        folder.Restart();
        Assert.Equal([false, true, false], (await folder.Store.OpenAsync(next, StoreFolder.Cancellation)).Chunks);
        Assert.Null(await folder.ReadAsync(next, 0));
        await folder.ArriveAsync(bytes, 0, 2);
        await folder.Store.SaveAsync(next, StoreFolder.Cancellation);
        Assert.Equal(StoreFolder.Chunk(bytes, 0).ToArray(), await folder.ReadAsync(next, 0));
    }

    [Fact]
    public async Task TheFileOfASmallBlobIsEmptiedForAnySmallOne()
    {
        folder.Store.Release(await SavedAsync(100, 1));
        Spare();
        var shorter = await WrittenAsync(50, 2);
        Assert.Equal([$"partial/{shorter}"], folder.Files());
        Assert.Equal(StoreFolder.Bytes(50, 2), await folder.ReadAsync(shorter, 0));
        folder.Store.Release(shorter);
        Spare();
        var longer = await SavedAsync(StoreFolder.ChunkBytes, 3);
        Assert.Equal([$"whole/{longer}@training"], folder.Files());
        Assert.Equal(StoreFolder.Bytes(StoreFolder.ChunkBytes, 3), await folder.ReadAsync(longer, 0));
    }

    [Fact]
    public async Task TheOldestGoWhenThereAreTooManyBytesOrFiles()
    {
        var large = new[] { await SavedAsync(9000, 1), await SavedAsync(9000, 2), await SavedAsync(9000, 3), await SavedAsync(20_001, 4) };
        foreach (var blob in large)
        {
            folder.Store.Release(blob);
            folder.Store.DeleteDoomed();
        }

        Assert.Equal(
            [StoreFolder.Bytes(9000, 2), StoreFolder.Bytes(9000, 3)],
            folder.Files().Order(StringComparer.Ordinal).Select(name => File.ReadAllBytes(Path.Combine(folder.Path, name))));
        var small = new List<BlobId>();
        for (var i = 0; i < 70; i++)
            small.Add(await SavedAsync(100 + i, i));
        small.ForEach(folder.Store.Release);
        Assert.Equal(64, folder.Files().Length);
    }

    [Fact]
    public async Task NoneIsLeftWhenTheStoreIsClosedOrWasKilled()
    {
        folder.Store.Release(await SavedAsync(9000, 1));
        var spare = Spare();
        folder.Restart();
        Assert.Empty(folder.Files());
        folder.Restart(() => File.WriteAllBytes(Path.Combine(folder.Path, spare), new byte[9000]));
        Assert.Empty(folder.Files());
    }

    private string Spare()
    {
        var spare = Assert.Single(folder.Files());
        Assert.StartsWith("partial/new-", spare, StringComparison.Ordinal);
        return spare;
    }

    private async Task<BlobId> SavedAsync(int length, int seed)
    {
        var blob = await folder.ArriveAsync(StoreFolder.Bytes(length, seed));
        await folder.Store.SaveAsync(blob, StoreFolder.Cancellation);
        return blob;
    }

    private async Task<BlobId> WrittenAsync(int length, int seed)
    {
        using var writer = folder.Store.Create(StoreFolder.Contract, length);
        writer.Append(StoreFolder.Bytes(length, seed));
        return await writer.CompleteAsync();
    }
}
