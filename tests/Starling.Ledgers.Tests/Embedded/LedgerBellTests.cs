using Starling.Ledgers.Embedded;

namespace Starling.Ledgers.Tests.Embedded;

public sealed class LedgerBellTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("starling-bell-").FullName;

    private string Ledger => Path.Combine(folder, "ledger.db");

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task All_who_listen_hear_whoever_rings_each_time()
    {
        var (first, second) = (new SemaphoreSlim(0), new SemaphoreSlim(0));
        using var here = LedgerBell.TryHang(Ledger, () => first.Release());
        using var there = LedgerBell.TryHang(Ledger, () => second.Release());
        for (var time = 0; time < 3; time++)
        {
            here!.Ring();
            await first.WaitAsync(TestContext.Current.CancellationToken);
            await second.WaitAsync(TestContext.Current.CancellationToken);
        }
    }

    [Fact]
    public async Task An_append_rings()
    {
        using var author = new TestAuthor();
        await using var ledger = EmbeddedLedger.Open(Ledger);
        Assert.True(ledger.TellsAtOnce);
        using var heard = new SemaphoreSlim(0);
        using var bell = LedgerBell.TryHang(Ledger, () => heard.Release());
        await ledger.AppendAsync([author.Entry(1)], TestContext.Current.CancellationToken);
        await heard.WaitAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public void Where_no_bell_can_hang_there_is_none()
    {
        File.WriteAllText($"{Ledger}-bell", "a file, where the bell's folder should be");
        Assert.Null(LedgerBell.TryHang(Ledger, () => { }));
    }
}
