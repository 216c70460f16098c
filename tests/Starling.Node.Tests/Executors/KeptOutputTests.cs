using System.Text;
using Starling.Node.Executors;

namespace Starling.Node.Tests.Executors;

/// <summary>What a capped log keeps is read whole, in order, and while it is written.</summary>
public sealed class KeptOutputTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("starling-output-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void Of_a_program_that_never_ran_nothing_is_kept()
    {
        Assert.Equal("", Read("stdout"));
        Assert.Empty(KeptOutput.Open(Path.Combine(folder, "none"), "stdout"));
    }

    /// <summary>Red if the older half is forgotten, or the two are told in the wrong order.</summary>
    [Fact]
    public void Both_halves_of_a_log_are_read_the_older_first()
    {
        using var log = new CappedLog(Path.Combine(folder, "stderr.log"), 16);
        Append(log, "01234");
        Assert.Equal("01234", Read("stderr"));
        Append(log, "56789abcd");
        Assert.Equal("0123456789abcd", Read("stderr"));
        Append(log, "efgh");
        Assert.Equal("89abcdefgh", Read("stderr"));
        Assert.Equal("", Read("stdout"));
    }

    /// <summary>Red if what a killed program said goes when it is started again, or the bound does not hold over all starts.</summary>
    [Fact]
    public void A_program_that_is_started_again_goes_on_with_its_log()
    {
        foreach (var text in new[] { "first", "second", "third" })
            using (var log = new CappedLog(Path.Combine(folder, "stdout.log"), 200))
                Append(log, text);
        Assert.Matches("^first\n--- started again at .*Z ---\nsecond\n--- started again at .*Z ---\nthird$", Read("stdout"));
        for (var start = 0; start < 20; start++)
            using (var log = new CappedLog(Path.Combine(folder, "stdout.log"), 200))
                Append(log, $"start {start}");
        Assert.EndsWith("start 19", Read("stdout"), StringComparison.Ordinal);
        Assert.InRange(Read("stdout").Length, 100, 200);
    }

    /// <summary>Red if what is opened before a log begins a new file is read in part, or twice.</summary>
    [Fact]
    public async Task A_log_that_is_written_meanwhile_is_read_without_a_gap()
    {
        using var log = new CappedLog(Path.Combine(folder, "stdout.log"), 4096);
        using var end = new CancellationTokenSource();
        var writing = Task.Run(() =>
        {
            for (var line = 0; !end.IsCancellationRequested; line++)
                Append(log, $"{line:D7}\n");
        }, TestContext.Current.CancellationToken);
        try
        {
            for (var look = 0; look < 300; look++)
            {
                var lines = Read("stdout").Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(line => line.Length == 7)
                    .Select(int.Parse).ToList();
                Assert.All(lines.Zip(lines.Skip(1)), pair => Assert.Equal(pair.First + 1, pair.Second));
            }
        }
        finally
        {
            await end.CancelAsync();
            await writing;
        }
    }

    private string Read(string stream)
    {
        var text = new StringBuilder();
        foreach (var part in KeptOutput.Open(folder, stream))
            using (var reader = new StreamReader(part))
                text.Append(reader.ReadToEnd());
        return text.ToString();
    }

    private static void Append(CappedLog log, string text) => log.Append(Encoding.UTF8.GetBytes(text));
}
