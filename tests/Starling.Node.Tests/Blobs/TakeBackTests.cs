using Starling.Core.Identity;

namespace Starling.Node.Tests.Blobs;

/// <summary>A blob that was written in vain goes, unless somebody else counts on the same bytes.</summary>
public sealed class TakeBackTests : IDisposable
{
    private static readonly byte[] Bytes = StoreFolder.Bytes(9000);
    private readonly StoreFolder folder = new();

    public void Dispose() => folder.Dispose();

    /// <summary>Red if it stays on the disk, or against the contract's quota.</summary>
    [Fact]
    public async Task What_was_written_in_vain_goes()
    {
        folder.Store.TakeBack(await WriteAsync());
        Assert.Empty(folder.Files());
        Assert.Equal(0, folder.Store.Usage.Bytes);
    }

    /// <summary>Red if the first one's update is gone: programs that train alike write the same bytes.</summary>
    [Fact]
    public async Task What_another_wrote_too_stays_until_he_takes_it_back()
    {
        var id = await WriteAsync();
        await WriteAsync();
        folder.Store.TakeBack(id);
        Assert.NotNull(folder.Store.Manifest(id));
        folder.Store.TakeBack(id);
        Assert.Null(folder.Store.Manifest(id));
    }

    /// <summary>Red if a program that hands over the bytes of a model that the node keeps, or fetches, can take that from it.</summary>
    [Theory]
    [InlineData("saved")]
    [InlineData("arrived")]
    [InlineData("begun before")]
    [InlineData("begun after")]
    public async Task What_the_node_counts_on_stays(string why)
    {
        if (why is "arrived" or "begun before")
            await folder.ArriveAsync(Bytes, why == "arrived" ? [0, 1, 2] : [0]);
        var id = await WriteAsync();
        if (why == "saved")
            await folder.Store.SaveAsync(id, StoreFolder.Cancellation);
        if (why == "begun after")
            folder.Store.Begin(StoreFolder.Contract, StoreFolder.Manifest(Bytes));
        folder.Store.TakeBack(id);
        Assert.Equal([true, true, true], (await folder.Store.OpenAsync(id, StoreFolder.Cancellation)).Chunks);
    }

    /// <summary>Red if what was let go and is still read, and is then written anew, stays for ever.</summary>
    [Fact]
    public async Task What_was_let_go_and_written_anew_goes()
    {
        var id = await WriteAsync();
        await folder.Store.SaveAsync(id, StoreFolder.Cancellation);
        using (folder.Store.Lease(id))
        {
            folder.Store.Release(id);
            await WriteAsync();
            folder.Store.TakeBack(id);
        }

        Assert.Null(folder.Store.Manifest(id));
    }

    private async Task<BlobId> WriteAsync()
    {
        using var writer = folder.Store.Create(StoreFolder.Contract, Bytes.Length);
        writer.Append(Bytes);
        return await writer.CompleteAsync();
    }
}
