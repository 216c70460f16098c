using Starling.Node.Tasks;

namespace Starling.Node.Tests.Tasks;

public sealed class ContentArchiveTests : IDisposable
{
    private readonly string root = Directory.CreateTempSubdirectory("starling-archive").FullName;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private string Target => Path.Combine(root, "target");

    public void Dispose() => Directory.Delete(root, recursive: true);

    /// <summary>Red if a header is refused that our own archives have, or the bound holds for files, too.</summary>
    [Fact]
    public async Task WhatIsWrittenIsReadAgain()
    {
        var store = new ContentStore(root);
        var staged = store.Stage();
        var deep = Path.Combine([.. Enumerable.Repeat(new string('d', 200), 12)]);
        Directory.CreateDirectory(Path.Combine(staged, deep));
        foreach (var file in (string[])["a", "b", Path.Combine(deep, "ü")])
            await File.WriteAllBytesAsync(Path.Combine(staged, file), new byte[300_001], Cancellation);
        await File.WriteAllBytesAsync(Path.Combine(staged, "empty"), [], Cancellation);
        Assert.True(ContentName.TryParse("code", out var name));
        var stored = await store.AdoptAsync(name, staged, expected: null, Cancellation);
        using var archive = new MemoryStream();
        await ContentArchive.WriteAsync(stored, archive, Cancellation);
        archive.Position = 0;
        var read = store.Stage();
        await ContentArchive.ReadAsync(archive, read, 900_003, Cancellation);
        Assert.Equal(stored, await store.AdoptAsync(name, read, stored.Digest, Cancellation));
    }

    /// <summary>Red if a header is taken into memory at the length that the sender says.</summary>
    [Theory]
    [InlineData('x', 64 << 10)]
    [InlineData('x', 128 << 20)]
    [InlineData('g', 128 << 20)]
    [InlineData('L', 128 << 20)]
    [InlineData('K', 128 << 20)]
    public async Task AHeaderThatIsTooLongIsNotTaken(char type, long length)
    {
        using var archive = new StrangersArchive().Add('0', "first", 100_000, new string('a', 100_000)).Add(type, "header", length);
        var refused = await RefusalAsync(archive);
        Assert.Equal("What came is no readable archive: A file's header has more than 65536 bytes.", refused);
        Assert.InRange(archive.Taken, 100_000, 110_000);
    }

    /// <summary>Red if headers that are short each are long together.</summary>
    [Fact]
    public async Task HeadersOfOneFileAreBoundedTogether()
    {
        using var archive = new StrangersArchive()
            .Add('L', "header", 40_000, new string('a', 40_000)).Add('K', "header", 40_000, new string('a', 40_000)).Add('0', "file", 0);
        Assert.Contains("header has more than", await RefusalAsync(archive), StringComparison.Ordinal);
    }

    /// <summary>Red if a sender can have the reader, or the file system, say what nobody expects.</summary>
    [Theory]
    [InlineData("a\0b")]
    [InlineData("known/")]
    [InlineData("../other")]
    [InlineData("/other")]
    public async Task ANameThatIsNoFilesIsRefused(string name)
    {
        using var archive = new StrangersArchive().Add('0', "known/file", 0).AddNamed(name);
        await RefusalAsync(archive);
    }

    [Theory]
    [InlineData('x', 3L << 30)]
    [InlineData('x', 20)]
    [InlineData('5', 1)]
    [InlineData('2', 0)]
    public async Task AnEntryThatIsNoFileIsRefused(char type, long length)
    {
        using var archive = new StrangersArchive().Add(type, "entry", length);
        await RefusalAsync(archive);
    }

    private async Task<string> RefusalAsync(StrangersArchive archive)
    {
        var refused = await Assert.ThrowsAsync<TaskException>(
            () => ContentArchive.ReadAsync(archive, Target, long.MaxValue, Cancellation));
        return refused.Message;
    }
}
