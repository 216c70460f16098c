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

    private async Task WriteAsync(byte[] bytes)
    {
        using var writer = folder.Store.Create(StoreFolder.Contract, bytes.Length);
        writer.Append(bytes);
        Assert.Equal(StoreFolder.Manifest(bytes).Id, await writer.CompleteAsync());
    }
}
