using Starling.Node.Blobs;

namespace Starling.Node.Tests.Blobs;

public sealed class BlobWriterTests : IDisposable
{
    private readonly StoreFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task WrittenInAnyOrderByManyThreadsTheBlobHasItsName()
    {
        var bytes = StoreFolder.Bytes(200_001);
        using var writer = folder.Store.Create(StoreFolder.Contract, bytes.Length);
        Parallel.For(0, 201, i =>
        {
            var piece = 200 - i;
            writer.Write(piece * 1000, bytes.AsSpan(piece * 1000, Math.Min(1000, bytes.Length - (piece * 1000))));
        });
        var id = await writer.CompleteAsync();
        Assert.Equal(StoreFolder.Manifest(bytes).Id, id);
        Assert.Empty(folder.Store.Inventory);
        await folder.Store.SaveAsync(id, StoreFolder.Cancellation);
        Assert.Equal(bytes, await File.ReadAllBytesAsync(Path.Combine(folder.Path, "whole", id.ToString()), StoreFolder.Cancellation));
        Assert.Equal(200_001, folder.Store.Usage.Bytes);
    }

    /// <summary>
    /// Red if the hash of a chunk depends on how the bytes in order were cut: within chunks, at their ends and over several.
    /// </summary>
    [Theory]
    [InlineData(100)]
    [InlineData(4095)]
    [InlineData(4096)]
    [InlineData(9000)]
    [InlineData(20_001)]
    public async Task AppendedInPiecesOfAnySizeTheBlobHasItsName(int piece)
    {
        var bytes = StoreFolder.Bytes(20_001);
        using var writer = folder.Store.Create(StoreFolder.Contract, bytes.Length);
        for (var at = 0; at < bytes.Length; at += piece)
            writer.Append(bytes.AsSpan(at, Math.Min(piece, bytes.Length - at)));
        var id = await writer.CompleteAsync();
        Assert.Equal(StoreFolder.Manifest(bytes).Id, id);
        using var reader = folder.Store.Read(id)!;
        var stored = new byte[bytes.Length];
        reader.Read(0, stored);
        Assert.Equal(bytes, stored);
    }

    /// <summary>Red if a chunk that was written both ways gets a hash of a part of it, or loses what was there.</summary>
    [Fact]
    public async Task AppendingWhereOthersWroteIsNoticed()
    {
        var bytes = StoreFolder.Bytes(9000);
        using var writer = folder.Store.Create(StoreFolder.Contract, bytes.Length);
        writer.Write(0, bytes.AsSpan(0, 4096));
        Assert.Throws<InvalidOperationException>(() => writer.Append(new byte[100]));
        writer.Write(4096, bytes.AsSpan(4096));
        var id = await writer.CompleteAsync();
        Assert.Equal(StoreFolder.Manifest(bytes).Id, id);
        Assert.Equal(bytes[..4096], await folder.ReadAsync(id, 0));
    }

    [Fact]
    public async Task WhatIsGivenUpLeavesNothing()
    {
        var writer = folder.Store.Create(StoreFolder.Contract, 9000);
        writer.Append(new byte[8999]);
        await Assert.ThrowsAsync<InvalidOperationException>(writer.CompleteAsync);
        Assert.Throws<ArgumentOutOfRangeException>(() => writer.Append(new byte[2]));
        Assert.Equal(9000, folder.Store.Usage.Bytes);
        writer.Dispose();
        writer.Dispose();
        Assert.Equal(0, folder.Store.Usage.Bytes);
        Assert.Empty(folder.Files());
    }

    [Fact]
    public void BytesWrittenTwiceAreNoticed()
    {
        using var writer = folder.Store.Create(StoreFolder.Contract, 9000);
        writer.Write(0, new byte[4000]);
        Assert.Throws<InvalidOperationException>(() => writer.Write(10, new byte[4000]));
    }

    [Fact]
    public async Task ABlobThatIsHereAlreadyIsNotKeptTwice()
    {
        var bytes = StoreFolder.Bytes(9000);
        var id = await folder.ArriveAsync(bytes);
        await folder.Store.SaveAsync(id, StoreFolder.Cancellation);
        await WriteAsync(bytes);
        Assert.Equal(2, folder.Files().Length);
        Assert.Equal(9000, folder.Store.Usage.Bytes);
    }

    [Fact]
    public async Task AWrittenBlobTakesThePlaceOfOneThatStillArrives()
    {
        var bytes = StoreFolder.Bytes(9000);
        var id = await folder.ArriveAsync(bytes, 0);
        var lease = folder.Store.Lease(id)!;
        await WriteAsync(bytes);
        Assert.Equal(9000, folder.Store.Usage.Bytes);
        Assert.Equal([true, true, true], (await folder.Store.OpenAsync(id, StoreFolder.Cancellation)).Chunks);
        lease.Dispose();
        await folder.Store.SaveAsync(id, StoreFolder.Cancellation);
        Assert.Equal([id], folder.Store.Inventory);
        folder.Store.Release(id);
        Assert.Empty(folder.Files());
    }

    /// <summary>
    /// Red if what arrived and was synced is told to be saved although a file that was not synced has taken its name just before.
    /// </summary>
    [Fact]
    public async Task ABlobThatIsReplacedWhileItIsSavedIsSavedAsWhatReplacedIt()
    {
        var bytes = StoreFolder.Bytes(9000);
        var id = await folder.ArriveAsync(bytes, 0, 1);
        using (var arriving = folder.Store.Acquire(id, keep: true)!)
        {
            await WriteAsync(bytes);
            Assert.Equal(BlobWriteOutcome.Stored, arriving.File.Write(2, StoreFolder.Chunk(bytes, 2).Span));
            Assert.True(arriving.File.IsWhole);
            Assert.False(await folder.Store.TrySaveAsync(arriving.File, StoreFolder.Cancellation));
            Assert.False(File.Exists(Path.Combine(folder.Path, "whole", id.ToString())));
        }

        await folder.Store.SaveAsync(id, StoreFolder.Cancellation);
        Assert.Equal([id], folder.Store.Inventory);
        Assert.Equal(bytes, await File.ReadAllBytesAsync(Path.Combine(folder.Path, "whole", id.ToString()), StoreFolder.Cancellation));
    }

    private async Task WriteAsync(byte[] bytes)
    {
        using var writer = folder.Store.Create(StoreFolder.Contract, bytes.Length);
        writer.Append(bytes);
        Assert.Equal(StoreFolder.Manifest(bytes).Id, await writer.CompleteAsync());
    }
}
