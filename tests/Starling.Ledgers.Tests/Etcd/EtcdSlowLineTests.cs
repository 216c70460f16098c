using Starling.Core.Ledger;
using Starling.Ledgers.Etcd;
using static Starling.Ledgers.Tests.TestAuthor;

namespace Starling.Ledgers.Tests.Etcd;

/// <summary>Whoever was away reads what came meanwhile also over a line that takes longer for a page than a member may to answer.</summary>
public sealed class EtcdSlowLineTests(SingleEtcd etcd) : IClassFixture<SingleEtcd>, IDisposable
{
    private const int Entries = 64, PayloadBytes = 8 << 10;

    private readonly TestAuthor author = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => author.Dispose();

    /// <summary>Red if the time to answer counts for the whole answer.</summary>
    [Fact(Timeout = 120_000)]
    public async Task A_page_that_comes_slowly_is_read_to_its_end()
    {
        await FillAsync("slow/", Enumerable.Range(1, Entries).Select(i => author.Entry(i, payloadBytes: PayloadBytes)));
        await using var line = new SlowLine(etcd.Cluster.Endpoints[0], bytesPerSecond: 100_000);
        await using var ledger = Open(line.Endpoint, "slow/");
        Assert.Equal(Entries, (await ledger.ReadAsync(Contract, 0, LedgerPage.MaxEntries, Cancel)).Entries.Length);
    }

    /// <summary>Red if what does not come in one answer is asked for in the same way again.</summary>
    [Fact(Timeout = 120_000)]
    public async Task What_does_not_come_whole_is_asked_for_in_smaller_pieces()
    {
        await FillAsync("broken/", Enumerable.Range(1, Entries).Select(i => author.Entry(i, payloadBytes: PayloadBytes)));
        await using var line = new SlowLine(etcd.Cluster.Endpoints[0], bytesPerSecond: 50_000_000, mostOfAnAnswer: 300_000);
        await using var ledger = Open(line.Endpoint, "broken/");
        var read = new List<long>();
        while (read.Count < Entries)
            read.AddRange(Sequences(await ledger.ReadAsync(Contract, read.Count, LedgerPage.MaxEntries, Cancel)));
        Assert.Equal(Enumerable.Range(1, Entries).Select(i => (long)i), read);
    }

    /// <summary>Red if all parts of a large entry are one answer.</summary>
    [Fact(Timeout = 120_000)]
    public async Task A_large_entry_is_read_part_by_part()
    {
        var large = author.Entry(1, payloadBytes: 3_500_000);
        await FillAsync("large/", [large]);
        await using var line = new SlowLine(etcd.Cluster.Endpoints[0], bytesPerSecond: 50_000_000, mostOfAnAnswer: 1_600_000);
        await using var ledger = Open(line.Endpoint, "large/");
        Assert.Equal(large.Encode(), Assert.Single((await ledger.ReadAsync(Contract, 0, 10, Cancel)).Entries).Entry.Encode());
    }

    private async Task FillAsync(string prefix, IEnumerable<SignedEntry> entries)
    {
        await using var ledger = Open(etcd.Cluster.Endpoints[0], prefix);
        Assert.Equal(AppendOutcome.Appended, (await ledger.AppendAsync([.. entries], Cancel)).Outcome);
    }

    private static EtcdLedger Open(string endpoint, string prefix) => EtcdLedger.Open(new EtcdOptions
    {
        Endpoints = EtcdTestOptions.Endpoints([endpoint]),
        Prefix = prefix,
    });
}
