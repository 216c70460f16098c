using System.Globalization;
using System.Text;
using Starling.Core.Identity;
using Starling.Core.Ledger;
using Starling.Ledgers.Etcd;
using static Starling.Ledgers.Tests.TestAuthor;

namespace Starling.Ledgers.Tests.Etcd;

public sealed class EtcdLedgerTests(SingleEtcd etcd) : LedgerConformance, IClassFixture<SingleEtcd>
{
    private static int count;

    private readonly TestAuthor author = new();
    private readonly string prefix = string.Create(CultureInfo.InvariantCulture, $"test-{Interlocked.Increment(ref count)}/");

    public override void Dispose()
    {
        author.Dispose();
        base.Dispose();
    }

    [Fact]
    public async Task The_largest_entry_is_stored_in_parts_and_once()
    {
        await using var ledger = Open();
        var large = author.Entry(1, payloadBytes: EntryBody.MaxPayloadBytes);
        await Append(ledger, large, author.Entry(2), large);
        await Append(ledger, large);
        var page = await ledger.ReadAsync(Contract, 0, 10, Cancel);
        Assert.Equal([1, 2], Sequences(page));
        Assert.Equal(large.Encode(), page.Entries[0].Entry.Encode());
        Assert.True(page.Entries[0].SignatureValid);
    }

    [Fact]
    public async Task A_batch_that_is_stored_in_part_is_completed()
    {
        await using var ledger = Open();
        await using var second = Open();
        var entries = author.Entries(200);
        await Append(ledger, entries[..100]);
        await Append(second, entries);
        Assert.Equal(Enumerable.Range(1, 200).Select(i => (long)i), Sequences(await ledger.ReadAsync(Contract, 0, 500, Cancel)));
    }

    [Fact]
    public async Task An_append_takes_one_request_once_the_head_is_known_and_a_quiet_watch_none()
    {
        await using var ledger = Open();
        await using var hints = ledger.WatchAsync(Cancel).GetAsyncEnumerator(Cancel);
        await Append(ledger, author.Entry(1));
        Assert.True(await hints.MoveNextAsync());
        var before = await etcd.Cluster.RequestsAsync(0);
        for (var i = 2; i <= 11; i++)
        {
            await Append(ledger, author.Entry(i));
            Assert.True(await hints.MoveNextAsync());
        }

        var after = await etcd.Cluster.RequestsAsync(0);
        Assert.Equal(10, after["Txn"] - before["Txn"]);
        Assert.Equal(before["Range"], after["Range"]);
        Assert.Equal(before["Watch"], after["Watch"]);
    }

    [Theory]
    [InlineData("e/0000000000000000001", null, LedgerFault.Gap)]
    [InlineData("e/0000000000000000001", "", LedgerFault.Undecodable)]
    [InlineData("e/0000000000000000001", "\u0000no entry", LedgerFault.Undecodable)]
    [InlineData("e/0000000000000000001", "\u0001no parts", LedgerFault.Undecodable)]
    [InlineData("e/0000000000000000001", "\u0001abcdefghijklmnopqrstuvwxyz012345\u0000\u0001\u0000\u0000", LedgerFault.Undecodable)]
    public async Task What_is_no_entry_is_named_by_its_height_and_harms_nothing_else(string key, string? value, LedgerFault fault)
    {
        await using var ledger = Open();
        await Append(ledger, author.Entries(3));
        await Change(key, value);
        Assert.Equal([1], Sequences(await ledger.ReadAsync(Contract, 0, 1, Cancel)));
        var corrupt = await Assert.ThrowsAsync<LedgerCorruptException>(() => ledger.ReadAsync(Contract, 0, 10, Cancel));
        Assert.Equal((Contract, 1L, fault), (corrupt.Contract, corrupt.Height, corrupt.Fault));
        await Append(ledger, author.Entry(9));
        Assert.Equal([3, 9], Sequences(await ledger.ReadAsync(Contract, 2, 10, Cancel)));
    }

    [Fact]
    public async Task An_entry_of_another_contract_and_one_whose_part_was_changed_are_corrupt()
    {
        await using var ledger = Open();
        var large = author.Entry(2, payloadBytes: 2 << 20);
        await Append(ledger, author.Entry(1), large, author.Entry(3, ContractId.Parse("other")));
        await Change($"p/{large.StoredDigest}/1", "nothing");
        Assert.Equal((1L, LedgerFault.Undecodable), await Corrupt());
        await etcd.Cluster.PutAsync($"{prefix}trial/e/{0:d19}", await etcd.Cluster.GetAsync($"{prefix}other/e/{0:d19}"));
        Assert.Equal((0L, LedgerFault.ForeignContract), await Corrupt());

        async Task<(long? Height, LedgerFault Fault)> Corrupt()
        {
            var corrupt = await Assert.ThrowsAsync<LedgerCorruptException>(() => ledger.ReadAsync(Contract, 0, 10, Cancel));
            return (corrupt.Height, corrupt.Fault);
        }
    }

    [Theory]
    [InlineData(null)]
    [InlineData("1")]
    [InlineData("-3")]
    [InlineData("three")]
    public async Task A_head_that_was_changed_never_leads_to_an_entry_that_is_written_over(string? head)
    {
        await using var ledger = Open();
        await Append(ledger, author.Entries(3));
        if (head is null)
            await etcd.Cluster.DeleteAsync($"{prefix}.heads/trial");
        else
            await etcd.Cluster.PutAsync($"{prefix}.heads/trial", Encoding.UTF8.GetBytes(head));
        var answer = await ledger.AppendAsync([author.Entry(4)], Cancel);
        Assert.Equal(AppendOutcome.Unavailable, answer.Outcome);
        Assert.Contains("Somebody changed", answer.Trouble, StringComparison.Ordinal);
        await etcd.Cluster.PutAsync($"{prefix}.heads/trial", "3"u8.ToArray());
        Assert.Equal([1, 2, 3], Sequences(await ledger.ReadAsync(Contract, 0, 10, Cancel)));
    }

    [Fact]
    public async Task Contracts_are_listed_by_the_ledger_that_they_belong_to()
    {
        await using var ledger = Open() as EtcdLedger;
        await Append(ledger!, author.Entry(1, ContractId.Parse("b")), author.Entry(1, ContractId.Parse("a")),
            author.Entry(1, ContractId.Parse("heads")));
        Assert.Equal(["a", "b", "heads"], (await ledger!.ContractsAsync(Cancel)).Select(contract => contract.Value));
    }

    protected override ILedger Open() =>
        EtcdLedger.Open(new EtcdOptions { Endpoints = EtcdTestOptions.Endpoints(etcd.Cluster), Prefix = prefix });

    private Task Change(string key, string? value) => value is null
        ? etcd.Cluster.DeleteAsync($"{prefix}trial/{key}")
        : etcd.Cluster.PutAsync($"{prefix}trial/{key}", Encoding.Latin1.GetBytes(value));
}
