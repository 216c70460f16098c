namespace Starling.Node.Tests.Blobs;

/// <summary>Files of blobs that were let go, where the disk will not let them be deleted.</summary>
public sealed class DeletionTests : IDisposable
{
    private readonly StoreFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task AFileThatCannotBeDeletedKeepsNoOtherFromIt()
    {
        var stuck = await folder.ArriveAsync(StoreFolder.Bytes(9000));
        await folder.Store.SaveAsync(stuck, StoreFolder.Cancellation);
        var file = Directory.EnumerateFiles(folder.Path, $"{stuck}.manifest", SearchOption.AllDirectories).Single();
        File.Delete(file);
        Directory.CreateDirectory(file); // Nobody, not even root, deletes a folder as a file.
        var other = await folder.ArriveAsync(StoreFolder.Bytes(5000));
        folder.Store.Release(stuck);
        folder.Store.Release(other);
        folder.Store.DeleteDoomed();
        Assert.DoesNotContain(folder.Files(), name => name.Contains(other.ToString(), StringComparison.Ordinal));
    }
}
