using Starling.Core.Identity;
using Starling.Node.Blobs;

namespace Starling.Node.Tests.Blobs;

public sealed class BlobStoreTests : IDisposable
{
    private readonly StoreFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task ABlobThatArrivedIsDurableOnceItIsSaved()
    {
        var bytes = StoreFolder.Bytes(10_000);
        var id = await folder.ArriveAsync(bytes);
        Assert.Empty(folder.Store.Inventory);
        await folder.Store.SaveAsync(id, StoreFolder.Cancellation);
        await folder.Store.SaveAsync(id, StoreFolder.Cancellation);
        Assert.Equal([id], folder.Store.Inventory);
        Assert.Equal([$"whole/{id}", $"whole/{id}.manifest"], folder.Files());
        folder.Restart();
        Assert.Equal([id], folder.Store.Inventory);
        var found = await folder.Store.OpenAsync(id, StoreFolder.Cancellation);
        Assert.Equal(id, found.Manifest!.Id);
        Assert.Equal([true, true, true], found.Chunks);
        using var reader = folder.Store.Read(id)!;
        var all = new byte[reader.Length];
        reader.Read(0, all);
        Assert.Equal(bytes, all);
        var some = new byte[5000];
        reader.Read(3000, some);
        Assert.Equal(bytes[3000..8000], some);
        Assert.Throws<ArgumentOutOfRangeException>(() => reader.Read(9999, new byte[2]));
    }

    [Fact]
    public async Task AChunkThatIsNotTheOneIsRefused()
    {
        var bytes = StoreFolder.Bytes(10_000);
        var id = await folder.ArriveAsync(bytes, 0);
        var wrong = StoreFolder.Chunk(bytes, 1).ToArray();
        wrong[17] ^= 1;
        Assert.Equal(BlobWriteOutcome.Corrupt, folder.Store.WriteChunk(id, 1, wrong));
        Assert.Equal(BlobWriteOutcome.Corrupt, folder.Store.WriteChunk(id, 1, StoreFolder.Chunk(bytes, 2).Span));
        Assert.Null(await folder.ReadAsync(id, 1));
        await Assert.ThrowsAsync<BlobStoreException>(() => folder.Store.SaveAsync(id, StoreFolder.Cancellation));
        var nobody = StoreFolder.Manifest(StoreFolder.Bytes(9, 9)).Id;
        Assert.Equal(BlobWriteOutcome.Unknown, folder.Store.WriteChunk(nobody, 0, wrong));
        await Assert.ThrowsAsync<BlobStoreException>(() => folder.Store.SaveAsync(nobody, StoreFolder.Cancellation));
    }

    [Fact]
    public async Task ABlobCanBeReadWhileItArrives()
    {
        var bytes = StoreFolder.Bytes(10_000);
        var id = await folder.ArriveAsync(bytes, 1);
        Assert.Equal(StoreFolder.Chunk(bytes, 1).ToArray(), await folder.ReadAsync(id, 1));
        Assert.Null(await folder.ReadAsync(id, 0));
        Assert.False(await folder.Store.ReadChunkAsync(id, 3, new byte[10], StoreFolder.Cancellation));
        Assert.Null(folder.Store.Read(id));
        await folder.ArriveAsync(bytes, 0, 2);
        Assert.Equal(StoreFolder.Chunk(bytes, 2).ToArray(), await folder.ReadAsync(id, 2));
        folder.Store.Read(id)!.Dispose();
    }

    [Fact]
    public async Task AfterACrashOnlyChunksThatHashRightAreThere()
    {
        var bytes = StoreFolder.Bytes(5 * StoreFolder.ChunkBytes);
        var id = await folder.ArriveAsync(bytes, 0, 1, 3, 4);
        folder.Restart(() => folder.Tamper($"partial/{id}", torn =>
        {
            torn.Position = StoreFolder.ChunkBytes + 100;
            torn.Write(new byte[200]);
            torn.SetLength((4 * StoreFolder.ChunkBytes) + 10);
        }));
        Assert.Null(await folder.ReadAsync(id, 0));
        var found = await folder.Store.OpenAsync(id, StoreFolder.Cancellation);
        Assert.Equal([true, false, false, true, false], found.Chunks);
        Assert.Null(await folder.ReadAsync(id, 1));
        await folder.ArriveAsync(bytes, 1, 2, 4);
        await folder.Store.SaveAsync(id, StoreFolder.Cancellation);
        Assert.Equal(bytes, await File.ReadAllBytesAsync(Path.Combine(folder.Path, "whole", id.ToString()), StoreFolder.Cancellation));
    }

    [Fact]
    public async Task AWholeBlobThatWasNotSavedIsFoundAgain()
    {
        var id = await folder.ArriveAsync(StoreFolder.Bytes(9000));
        folder.Restart();
        Assert.Empty(folder.Store.Inventory);
        Assert.Equal([true, true, true], (await folder.Store.OpenAsync(id, StoreFolder.Cancellation)).Chunks);
        await folder.Store.SaveAsync(id, StoreFolder.Cancellation);
        Assert.Equal([id], folder.Store.Inventory);
    }

    [Fact]
    public async Task WhatCannotArriveInPartHasNoManifestBesideItAndGoesWithACrash()
    {
        var arrived = await folder.ArriveAsync(StoreFolder.Bytes(StoreFolder.ChunkBytes, 1));
        using var writer = folder.Store.Create(StoreFolder.Contract, 9000);
        writer.Append(StoreFolder.Bytes(9000, 2));
        var written = await writer.CompleteAsync();
        Assert.Equal(new SortedSet<string>(StringComparer.Ordinal) { $"partial/{arrived}", $"partial/{written}" }, folder.Files());
        folder.Restart();
        Assert.Empty(folder.Files());
        Assert.Equal(0, folder.Store.Usage.Bytes);
        await folder.Store.SaveAsync(await folder.ArriveAsync(StoreFolder.Bytes(StoreFolder.ChunkBytes, 1)), StoreFolder.Cancellation);
        Assert.Equal([$"whole/{arrived}@training"], folder.Files());
    }

    [Fact]
    public async Task ABlobOfOneChunkIsOneFileThatIsFoundAgainOnlyIfItsBytesAreRight()
    {
        var (bytes, changed, shorter) = (StoreFolder.Bytes(100, 1), StoreFolder.Bytes(100, 2), StoreFolder.Bytes(100, 3));
        var id = await folder.ArriveAsync(bytes);
        foreach (var blob in new[] { id, await folder.ArriveAsync(changed), await folder.ArriveAsync(shorter) })
            await folder.Store.SaveAsync(blob, StoreFolder.Cancellation);
        folder.Restart(() =>
        {
            folder.Tamper($"whole/{StoreFolder.Manifest(changed).Id}@training", file => file.Write("x"u8));
            folder.Tamper($"whole/{StoreFolder.Manifest(shorter).Id}@training", file => file.SetLength(0));
            File.WriteAllBytes(Path.Combine(folder.Path, "whole", $"{id}@zoology"), bytes);
            File.WriteAllText(Path.Combine(folder.Path, "whole", "you@home"), "mine");
        });
        Assert.Equal([id], folder.Store.Inventory);
        Assert.Equal(new SortedSet<string>(StringComparer.Ordinal) { $"whole/{id}@training", "whole/you@home" }, folder.Files());
        Assert.Equal([new(StoreFolder.Contract, 100)], folder.Store.Usage.ByContract);
        Assert.Equal(bytes, await folder.ReadAsync(id, 0));
    }

    [Fact]
    public async Task WhatACrashLeavesBehindIsClearedAndStrangersAreLeftAlone()
    {
        var kept = await folder.ArriveAsync(StoreFolder.Bytes(9000, 1), 1);
        var noManifest = await folder.ArriveAsync(StoreFolder.Bytes(9000, 2), 1);
        var badManifest = await folder.ArriveAsync(StoreFolder.Bytes(9000, 3), 1);
        var shortened = await folder.ArriveAsync(StoreFolder.Bytes(9000, 4));
        await folder.Store.SaveAsync(shortened, StoreFolder.Cancellation);
        _ = folder.Store.Create(StoreFolder.Contract, 5000);
        folder.Restart(() =>
        {
            File.Delete(Path.Combine(folder.Path, "partial", $"{noManifest}.manifest"));
            folder.Tamper($"partial/{badManifest}.manifest", file => file.Write("x"u8));
            folder.Tamper($"whole/{shortened}", file => file.SetLength(8999));
            foreach (var name in (string[])["partial/README", "whole/new-one", "partial/new-x", "notes"])
                File.WriteAllText(Path.Combine(folder.Path, name), "mine");
        });
        Assert.Equal(
            new SortedSet<string>(StringComparer.Ordinal)
            {
                "notes", "partial/README", $"partial/{kept}", $"partial/{kept}.manifest", "partial/new-x", "whole/new-one",
            },
            folder.Files());
        Assert.Equal(9000, folder.Store.Usage.Bytes);
        Assert.Null((await folder.Store.OpenAsync(noManifest, StoreFolder.Cancellation)).Manifest);
    }

    [Fact]
    public async Task UnfinishedBlobsThatNobodyContinuesGoInTheEnd()
    {
        var id = await folder.ArriveAsync(StoreFolder.Bytes(9000), 1);
        folder.Clock.Advance(TimeSpan.FromDays(6));
        folder.Restart();
        Assert.NotNull(folder.Store.Manifest(id));
        folder.Clock.Advance(TimeSpan.FromDays(2));
        folder.Restart();
        Assert.Null(folder.Store.Manifest(id));
        Assert.Empty(folder.Files());
    }

    [Fact]
    public async Task AReleasedBlobGoesWithItsLastLease()
    {
        var id = await folder.ArriveAsync(StoreFolder.Bytes(9000));
        await folder.Store.SaveAsync(id, StoreFolder.Cancellation);
        var lease = folder.Store.Lease(id)!;
        var reader = folder.Store.Read(id)!;
        folder.Store.Release(id);
        Assert.Empty(folder.Store.Inventory);
        lease.Dispose();
        lease.Dispose();
        reader.Read(0, new byte[9000]);
        Assert.Equal(2, folder.Files().Length);
        reader.Dispose();
        Assert.Empty(folder.Files());
        Assert.Equal(0, folder.Store.Usage.Bytes);
        Assert.Null(folder.Store.Lease(id));
        folder.Store.Release(id);
    }

    [Fact]
    public async Task ABlobThatIsWantedAgainBeforeItWentStays()
    {
        var bytes = StoreFolder.Bytes(9000);
        var id = await folder.ArriveAsync(bytes, 0);
        using (folder.Store.Lease(id))
        {
            folder.Store.Release(id);
            await folder.ArriveAsync(bytes, 1);
        }

        Assert.Equal([true, true, false], (await folder.Store.OpenAsync(id, StoreFolder.Cancellation)).Chunks);
    }

    [Fact]
    public void OnlyTheAudienceMayRead()
    {
        NodeId Node(string name) => NodeId.Create("test", "org", name);
        var id = StoreFolder.Manifest(StoreFolder.Bytes(10)).Id;
        var other = ContractId.Parse("other");
        Assert.False(folder.Store.Permits(Node("a"), id));
        folder.Store.Share(id, StoreFolder.Contract, [Node("a"), Node("b")]);
        folder.Store.Share(id, other, [Node("c")]);
        Assert.True(folder.Store.Permits(Node("a"), id));
        Assert.True(folder.Store.Permits(Node("c"), id));
        folder.Store.Share(id, StoreFolder.Contract, [Node("b")]);
        Assert.False(folder.Store.Permits(Node("a"), id));
        Assert.True(folder.Store.Permits(Node("b"), id));
        folder.Store.Share(id, StoreFolder.Contract, []);
        Assert.False(folder.Store.Permits(Node("b"), id));
        folder.Store.Release(id);
        Assert.False(folder.Store.Permits(Node("c"), id));
    }

    [Fact]
    public async Task ManyReadersAndWritersAtOnce()
    {
        var blobs = Enumerable.Range(1, 4).Select(seed => StoreFolder.Bytes(40 * StoreFolder.ChunkBytes, seed)).ToArray();
        await Parallel.ForEachAsync(Enumerable.Range(0, 1600), StoreFolder.Cancellation, async (i, _) =>
        {
            var bytes = blobs[i % 4];
            var chunk = i / 4 % 40;
            if (i % 3 == 0)
                await folder.ArriveAsync(bytes, chunk);
            var read = await folder.ReadAsync(StoreFolder.Manifest(bytes).Id, chunk);
            Assert.True(read is null || read.AsSpan().SequenceEqual(StoreFolder.Chunk(bytes, chunk).Span));
        });
        foreach (var bytes in blobs)
        {
            var id = await folder.ArriveAsync(bytes);
            await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => folder.Store.SaveAsync(id, StoreFolder.Cancellation)));
        }

        Assert.Equal(4, folder.Store.Inventory.Length);
        folder.Restart();
        Assert.Equal(4, folder.Store.Inventory.Length);
    }

    [Fact]
    public async Task ReleasingAndFetchingAtOnceLosesNothingAndLeavesNothing()
    {
        var bytes = StoreFolder.Bytes(3 * StoreFolder.ChunkBytes);
        var id = StoreFolder.Manifest(bytes).Id;
        await Parallel.ForEachAsync(Enumerable.Range(0, 400), StoreFolder.Cancellation, async (i, cancellation) =>
        {
            if (i % 4 == 0)
                folder.Store.Release(id);
            folder.Store.Begin(StoreFolder.Contract, StoreFolder.Manifest(bytes));
            var outcome = folder.Store.WriteChunk(id, i % 3, StoreFolder.Chunk(bytes, i % 3).Span);
            Assert.True(outcome is BlobWriteOutcome.Stored or BlobWriteOutcome.Unknown);
            Assert.True(
                await folder.ReadAsync(id, i % 3) is not { } read || read.AsSpan().SequenceEqual(StoreFolder.Chunk(bytes, i % 3).Span));
        });
        folder.Store.Release(id);
        Assert.Empty(folder.Files());
        Assert.Equal(0, folder.Store.Usage.Bytes);
    }

    [Fact]
    public void AllMistakesInTheOptionsAreNamedAtOnce()
    {
        var options = new BlobStoreOptions { ChunkBytes = 0, KeepUnfinished = TimeSpan.Zero, MaxBytesPerContract = 0, MaxSpareBytes = -1 };
        Assert.Equal(4, options.Errors().Length);
        Assert.Throws<ArgumentException>(() => new BlobStore(folder.Path, options, TimeProvider.System));
    }
}
