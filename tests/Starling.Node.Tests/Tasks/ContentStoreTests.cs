using Starling.Node.Tasks;

namespace Starling.Node.Tests.Tasks;

public sealed class ContentStoreTests : IDisposable
{
    private readonly string root = Directory.CreateTempSubdirectory("starling-content").FullName;
    private readonly ContentStore store;

    public ContentStoreTests() => store = new ContentStore(root);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private static ContentName Code => Name("code");

    public void Dispose() => Directory.Delete(root, recursive: true);

    [Fact]
    public async Task AFolderIsNamedByItsWholeDigest()
    {
        var stored = await AdoptAsync(Code, "one");
        Assert.Equal(Path.Combine(root, $"code@{stored.Digest}"), stored.Folder);
        Assert.Equal(stored, store.Find(Code));
        Assert.Equal(["code.current", $"code@{stored.Digest}/a.txt", $"code@{stored.Digest}/lib/b.txt"], Files(root));
    }

    /// <summary>Red if content that is here is believed by its name: whoever was killed while it was deleted left a part of it.</summary>
    [Theory]
    [InlineData("part")]
    [InlineData("changed")]
    [InlineData("link")]
    public async Task AFolderThatHasNotWhatItsNameSaysIsReplaced(string damage)
    {
        var first = await AdoptAsync(Code, "one");
        await AdoptAsync(Code, "two");
        await AdoptAsync(Code, "three");
        Assert.False(Directory.Exists(first.Folder));
        Directory.CreateDirectory(first.Folder);
        await File.WriteAllTextAsync(Path.Combine(first.Folder, "a.txt"), "one", Cancellation);
        if (damage == "changed")
            Write(first.Folder, "lib/b.txt", "another's");
        if (damage == "link")
            Directory.CreateSymbolicLink(Path.Combine(first.Folder, "lib"), "/");

        var again = await AdoptAsync(Code, "one");
        Assert.Equal(first, again);
        Assert.Equal("common", await File.ReadAllTextAsync(Path.Combine(again.Folder, "lib", "b.txt"), Cancellation));
        Assert.Equal(first, store.Find(Code));
        Assert.Empty(Staged());
    }

    [Fact]
    public async Task WhatIsHereAlreadyStaysInItsPlace()
    {
        var first = await AdoptAsync(Code, "one");
        var written = File.GetLastWriteTimeUtc(Path.Combine(first.Folder, "a.txt"));
        Assert.Equal(first, await AdoptAsync(Code, "one"));
        Assert.Equal(written, File.GetLastWriteTimeUtc(Path.Combine(first.Folder, "a.txt")));
        Assert.Empty(Staged());
    }

    /// <summary>
    /// Red if an old version is deleted where it lies: whoever is killed meanwhile leaves a part of it under its name. Here nothing can
    /// be put aside, so all of it must be where it was.
    /// </summary>
    [Fact]
    public async Task AnOldVersionIsPutAsideBeforeItIsDeleted()
    {
        var first = await AdoptAsync(Code, "one");
        await AdoptAsync(Code, "two");
        var third = Path.Combine(root, "third");
        Directory.Move(Stage("three"), third);
        Directory.Delete(Path.Combine(root, ".staging"));
        Write(root, ".staging", "a file");
        await Assert.ThrowsAnyAsync<IOException>(() => store.AdoptAsync(Code, third, expected: null, Cancellation));
        Assert.Equal(["a.txt", "lib/b.txt"], Files(first.Folder));
    }

    /// <summary>Red if what an earlier version of the node made is not found, or goes while something may still read it.</summary>
    [Fact]
    public async Task AFolderOfAnEarlierVersionIsFoundAndGoesWithTheNextButOne()
    {
        var now = await AdoptAsync(Code, "one");
        var old = Path.Combine(root, $"code@{now.Digest.ToString()[..16]}");
        Directory.Move(now.Folder, old);
        Assert.Equal(now with { Folder = old }, store.Find(Code));
        Assert.Equal(now, await AdoptAsync(Code, "one"));
        Assert.Equal(now, store.Find(Code));
        Assert.True(Directory.Exists(old));
        await AdoptAsync(Code, "two");
        Assert.False(Directory.Exists(old));
        Assert.True(Directory.Exists(now.Folder));
    }

    /// <summary>Red if one of two that put content in place at once takes the other's for old, and both lose it.</summary>
    [Fact]
    public async Task TwoThatPutContentInPlaceAtOnceDoNotLoseIt()
    {
        for (var turn = 0; turn < 100; turn++)
        {
            using var together = new Barrier(2);
            var both = await Task.WhenAll(new[] { "one", "another" }.Select(text => Task.Run(() =>
            {
                var staged = Stage($"{text} {turn}");
                together.SignalAndWait(Cancellation);
                return store.AdoptAsync(Code, staged, expected: null, Cancellation);
            }, Cancellation)));
            Assert.Contains(store.Find(Code), both);
            Assert.All(both, stored => Assert.True(Directory.Exists(stored.Folder)));
        }
    }

    /// <summary>Red if content goes while a program reads it, or stays for ever after.</summary>
    [Fact]
    public async Task ContentThatIsReadStaysUntilItIsNotReadAnyMore()
    {
        var first = await AdoptAsync(Code, "one");
        var (lease, second) = (store.Lease(Code), store.Lease(Code, Code));
        Assert.Equal([first, first], second.Items);
        await AdoptAsync(Code, "two");
        await AdoptAsync(Code, "three");
        lease.Dispose();
        lease.Dispose();
        await AdoptAsync(Code, "four");
        Assert.Equal(["a.txt", "lib/b.txt"], Files(first.Folder));
        var end = new TaskCompletionSource();
        second.EndWith(end.Task);
        end.SetResult();
        await AdoptAsync(Code, "five");
        Assert.False(Directory.Exists(first.Folder));
        Assert.Contains("prepare or fetch it", Assert.Throws<TaskException>(() => store.Lease(Code, Name("other"))).Message,
            StringComparison.Ordinal);
    }

    /// <summary>Red if a copy that is not adopted stays.</summary>
    [Fact]
    public async Task ACopyOfContentThatWasChangedIsRefusedAndLeavesNothing()
    {
        var first = await AdoptAsync(Code, "one");
        Write(first.Folder, "a.txt", "changed");
        var refused = await Assert.ThrowsAsync<TaskException>(() => store.CopyAsync(first, Name("copy"), Cancellation));
        Assert.Contains(first.Digest.ToString(), refused.Message, StringComparison.Ordinal);
        Assert.Null(store.Find(Name("copy")));
        Assert.Empty(Staged());
    }

    private static ContentName Name(string text) => ContentName.TryParse(text, out var name) ? name : throw new ArgumentException(text);

    private static void Write(string folder, string file, string text)
    {
        var path = Path.Combine(folder, file);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
    }

    private static IEnumerable<string> Files(string folder) => Directory.GetFiles(folder, "*", SearchOption.AllDirectories)
        .Select(file => Path.GetRelativePath(folder, file)).Order(StringComparer.Ordinal);

    private string[] Staged() => Directory.GetFileSystemEntries(Path.Combine(root, ".staging"));

    private string Stage(string text)
    {
        var staged = store.Stage();
        Write(staged, "a.txt", text);
        Write(staged, "lib/b.txt", "common");
        return staged;
    }

    private Task<StoredContent> AdoptAsync(ContentName name, string text) =>
        store.AdoptAsync(name, Stage(text), expected: null, Cancellation);
}
