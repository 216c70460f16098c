using Starling.Core.Identity;
using Starling.Core.Ledger;
using static Starling.Ledgers.Tests.TestAuthor;

namespace Starling.Ledgers.Tests;

/// <summary>What every backend does. Each test has a store of its own, and may open it several times.</summary>
public abstract class LedgerConformance : IDisposable
{
    private readonly TestAuthor author = new();

    protected static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public virtual void Dispose()
    {
        author.Dispose();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task An_unknown_contract_is_empty()
    {
        await using var ledger = Open();
        Assert.Equal((0, 0L), await Counts(ledger, 0));
        Assert.Equal((0, 0L), await Counts(ledger, 1_000_000));
        Assert.NotEmpty(ledger.Name);
    }

    [Fact]
    public async Task Entries_are_read_in_the_order_in_which_they_were_appended()
    {
        await using var ledger = Open();
        await Append(ledger, author.Entries(3));
        await Append(ledger, author.Entry(4));
        var page = await ledger.ReadAsync(Contract, 0, 100, Cancel);
        Assert.Equal([1, 2, 3, 4], Sequences(page));
        Assert.Equal((Contract, 0L, 4L), (page.Contract, page.From, page.Height));
        Assert.All(page.Entries, e => Assert.True(e.SignatureValid));
    }

    [Fact]
    public async Task What_is_read_is_byte_for_byte_what_was_appended()
    {
        await using var ledger = Open();
        var entry = author.Entry(1, payloadBytes: 100_000);
        await Append(ledger, entry);
        var read = (await ledger.ReadAsync(Contract, 0, 1, Cancel)).Entries[0].Entry;
        Assert.Equal(entry.Encode(), read.Encode());
        Assert.Equal(entry.Id, read.Id);
    }

    [Fact]
    public async Task Contracts_have_heights_of_their_own()
    {
        await using var ledger = Open();
        var other = ContractId.Parse("other");
        await Append(ledger, author.Entry(1), author.Entry(2, other), author.Entry(3));
        Assert.Equal([1, 3], Sequences(await ledger.ReadAsync(Contract, 0, 10, Cancel)));
        Assert.Equal([2], Sequences(await ledger.ReadAsync(other, 0, 10, Cancel)));
    }

    [Fact]
    public async Task The_same_bytes_are_stored_once_however_often_they_are_sent()
    {
        await using var ledger = Open();
        await using var second = Open();
        var entry = author.Entry(1);
        await Append(ledger, entry, entry);
        await Append(second, entry, author.Entry(2), entry);
        Assert.Equal([1, 2], Sequences(await ledger.ReadAsync(Contract, 0, 10, Cancel)));
    }

    [Fact]
    public async Task A_false_signature_is_told_and_does_not_keep_the_true_entry_out()
    {
        await using var ledger = Open();
        var entry = author.Entry(1);
        var forged = new SignedEntry(entry.BodyBytes.ToArray(), entry.Key, new byte[64]);
        await Append(ledger, forged);
        await Append(ledger, entry);
        Assert.Equal([false, true], (await ledger.ReadAsync(Contract, 0, 10, Cancel)).Entries.Select(e => e.SignatureValid));
    }

    [Fact]
    public async Task A_long_history_is_read_in_pages()
    {
        await using var ledger = Open();
        await Append(ledger, author.Entries(40));
        var read = new List<long>();
        while (await ledger.ReadAsync(Contract, read.Count, 7, Cancel) is { Entries.Length: > 0 } page)
        {
            Assert.Equal((read.Count, 40), (page.From, page.Height));
            Assert.InRange(page.Entries.Length, 1, 7);
            read.AddRange(Sequences(page));
        }

        Assert.Equal(Enumerable.Range(1, 40).Select(i => (long)i), read);
    }

    [Fact]
    public async Task A_page_is_bounded_in_entries_and_in_bytes()
    {
        await using var ledger = Open();
        for (var i = 0; i < 4; i++)
            await Append(ledger, author.Entry(i + 1, payloadBytes: LedgerPage.MaxBytes * 2 / 5));
        Assert.Equal((2, 4L), await Counts(ledger, 0));
        Assert.Equal((1, 4L), await Counts(ledger, 3));
        Assert.Equal(LedgerPage.MaxEntries, (await Filled(ledger)).Entries.Length);
        await Assert.ThrowsAnyAsync<ArgumentException>(() => ledger.AppendAsync(author.Entries(LedgerPage.MaxEntries + 1), Cancel));
    }

    [Fact]
    public async Task Two_that_append_at_once_agree_on_one_order_without_a_gap()
    {
        await using var first = Open();
        await using var second = Open();
        await Task.WhenAll(Many(first, 0), Many(second, 100), Many(first, 200), Many(second, 300));
        var one = await first.ReadAsync(Contract, 0, 500, Cancel);
        var two = await second.ReadAsync(Contract, 0, 500, Cancel);
        Assert.Equal(Sequences(one), Sequences(two));
        Assert.Equal(100, one.Entries.Length);
        foreach (var part in Sequences(one).GroupBy(s => s / 100))
            Assert.Equal(part.Order(), part);

        Task Many(ILedger ledger, int from) => Task.Run(
            async () =>
            {
                for (var i = 0; i < 25; i++)
                    await Append(ledger, author.Entry(from + i));
            },
            Cancel);
    }

    [Fact]
    public async Task A_watcher_is_told_what_is_there_and_then_what_comes_from_wherever_it_comes()
    {
        await using var ledger = Open();
        await using var second = Open();
        var other = ContractId.Parse("other");
        await Append(ledger, author.Entry(1));
        await using var hints = ledger.WatchAsync(Cancel).GetAsyncEnumerator(Cancel);
        Assert.Equal(Contract, await Next());
        await Append(second, author.Entry(2, other));
        Assert.Equal(other, await Next());
        await Append(ledger, author.Entry(3));
        Assert.Equal(Contract, await Next());

        async Task<ContractId> Next() =>
            await hints.MoveNextAsync() ? hints.Current : throw new InvalidOperationException("The watch ended.");
    }

    [Fact]
    public async Task A_watch_ends_when_it_is_cancelled_and_when_the_ledger_is_disposed()
    {
        var ledger = Open();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        var cancelled = Drain(ledger, stop.Token);
        var disposed = Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Drain(ledger, Cancel)));
        await stop.CancelAsync();
        await cancelled;
        await ledger.DisposeAsync();
        await disposed;
        await Assert.ThrowsAsync<ObjectDisposedException>(() => ledger.ReadAsync(Contract, 0, 1, Cancel));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => ledger.AppendAsync([author.Entry(1)], Cancel));

        static async Task Drain(ILedger ledger, CancellationToken token)
        {
            await foreach (var _ in ledger.WatchAsync(token))
            {
            }
        }
    }

    [Fact]
    public async Task What_was_appended_is_there_when_the_store_is_opened_again()
    {
        await using (var ledger = Open())
            await Append(ledger, author.Entries(3));
        await using var again = Open();
        Assert.Equal([1, 2, 3], Sequences(await again.ReadAsync(Contract, 0, 10, Cancel)));
    }

    /// <summary>Opens this test's store; the second time the same one.</summary>
    protected abstract ILedger Open();

    protected static async Task Append(ILedger ledger, params SignedEntry[] entries) =>
        Assert.Equal(new AppendAnswer(AppendOutcome.Appended), await ledger.AppendAsync(entries, Cancel));

    private static async Task<(int Entries, long Height)> Counts(ILedger ledger, long from)
    {
        var page = await ledger.ReadAsync(Contract, from, 100, Cancel);
        return (page.Entries.Length, page.Height);
    }

    private async Task<LedgerPage> Filled(ILedger ledger)
    {
        var many = ContractId.Parse("many");
        var body = author.Entry(1, many).BodyBytes.ToArray();
        // The verdict is not asked for here, and unsigned entries are made faster.
        for (var batch = 0; batch < 2; batch++)
            await Append(ledger,
                [.. Enumerable.Range(0, 300)
                    .Select(i => new SignedEntry(body, new PublicKey([]), BitConverter.GetBytes((batch * 300) + i)))]);
        return await ledger.ReadAsync(many, 0, int.MaxValue, Cancel);
    }
}
