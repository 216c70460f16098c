using Starling.Api;
using Starling.Cli.Control.Contexts;
using Starling.Cli.Terminal;

namespace Starling.Cli.Tests.Control;

public sealed class ContextBookTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("starling-contexts-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    /// <summary>Red if none or two are active while there is one.</summary>
    [Fact]
    public void Exactly_one_context_is_active()
    {
        Assert.Null(ContextBook.Empty.Active);
        var book = ContextBook.Empty.With(Context("b")).With(Context("a"));
        Assert.Equal(("b", "a,b"), (book.Active, Names(book)));
        Assert.Equal("a", book.Switch("a").Find(null).Name);
        Assert.Equal(("a", "a"), (book.Without("b").Active, Names(book.Without("b"))));
        Assert.Equal("b", book.Without("a").Active);
        Assert.Null(book.Without("a").Without("b").Active);
    }

    [Fact]
    public void What_is_not_there_is_told_with_what_was_meant()
    {
        var book = ContextBook.Empty.With(Context("clinic"));
        Assert.Contains("did you mean 'clinic'", Usage(() => book.Find("clinik")), StringComparison.Ordinal);
        Assert.Contains("context create", Usage(() => ContextBook.Empty.Find(null)), StringComparison.Ordinal);
        Assert.Contains("there is a context", Usage(() => book.With(Context("clinic"))), StringComparison.Ordinal);
    }

    /// <summary>Red if others may read the file, or if something is lost in it.</summary>
    [Fact]
    public void Contexts_are_kept_for_their_owner_alone()
    {
        var home = Path.Combine(folder, "new");
        ContextFile.Change(home, book => book.With(Context("clinic")));
        ContextFile.Change(home, book => book.With(Context("lab")));
        var read = ContextFile.Read(home);
        Assert.Equal(("clinic", "clinic,lab"), (read.Active, Names(read)));
        Assert.Equal("lab1", read.Find("clinic").Environment["runner"]);
        Assert.Equal(["ca.pem"], read.Find("clinic").Anchors);
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(home, "contexts.json")));
    }

    /// <summary>Red if of commands that add contexts at once one fails, or takes back what another has added.</summary>
    [Fact]
    public async Task Commands_that_change_contexts_at_once_lose_nothing()
    {
        using var together = new Barrier(20);
        await Task.WhenAll(Enumerable.Range(0, 20).Select(number => Task.Factory.StartNew(() =>
        {
            together.SignalAndWait(TestContext.Current.CancellationToken);
            ContextFile.Change(folder, book => book.With(Context($"clinic-{number}")));
        }, TestContext.Current.CancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default)));
        Assert.Equal(20, ContextFile.Read(folder).Contexts.Count);
        Assert.Equal("contexts.json", Path.GetFileName(Assert.Single(Directory.EnumerateFiles(folder))));
    }

    [Theory]
    [InlineData("{")]
    [InlineData("{}")]
    [InlineData("null")]
    public void A_damaged_file_is_told(string text)
    {
        File.WriteAllText(Path.Combine(folder, "contexts.json"), text);
        Assert.Equal(ExitCode.Configuration, Assert.Throws<CommandException>(() => ContextFile.Read(folder)).ExitCode);
    }

    private static string Usage(Func<object> ask)
    {
        var refused = Assert.Throws<CommandException>(ask);
        Assert.Equal(ExitCode.Usage, refused.ExitCode);
        return refused.Message;
    }

    private static string Names(ContextBook book) => string.Join(',', book.Contexts.Select(context => context.Name));

    private static ControlContext Context(string name) =>
        new(name, "127.0.0.1:30304", null, "me.pem", "me.key", ["ca.pem"], new Dictionary<string, string> { ["runner"] = "lab1" });
}
