using Microsoft.Data.Sqlite;
using Starling.Core.Identity;
using Starling.Core.Ledger;
using Starling.Ledgers.Embedded;
using static Starling.Ledgers.Tests.TestAuthor;

namespace Starling.Ledgers.Tests.Embedded;

public sealed class EmbeddedLedgerTests : LedgerConformance
{
    private readonly string folder = Directory.CreateTempSubdirectory("starling-ledger-").FullName;
    private readonly TestAuthor author = new();

    private string File => Path.Combine(folder, "ledger.db");

    public override void Dispose()
    {
        author.Dispose();
        Directory.Delete(folder, recursive: true);
        base.Dispose();
    }

    [Fact]
    public async Task What_was_acknowledged_survives_a_process_that_ends_at_once()
    {
        await using var ledger = Open();
        await Append(ledger, author.Entries(5));
        // What a killed process leaves is what its files hold now, with the ledger still open.
        var copy = Path.Combine(folder, "copy.db");
        foreach (var suffix in new[] { "", "-wal" })
            System.IO.File.Copy(File + suffix, copy + suffix);
        await using var left = EmbeddedLedger.Open(copy);
        Assert.Equal([1, 2, 3, 4, 5], Sequences(await left.ReadAsync(Contract, 0, 10, Cancel)));
    }

    [Fact]
    public async Task Contracts_are_listed_by_their_names()
    {
        await using var ledger = EmbeddedLedger.Open(File);
        Assert.Empty(await ledger.ContractsAsync(Cancel));
        await Append(ledger, author.Entry(1, ContractId.Parse("b")), author.Entry(1, ContractId.Parse("a")),
            author.Entry(2, ContractId.Parse("b")));
        Assert.Equal(["a", "b"], (await ledger.ContractsAsync(Cancel)).Select(contract => contract.Value));
    }

    [Fact]
    public async Task A_torn_end_of_the_log_loses_no_earlier_entry_and_shows_none_that_is_torn()
    {
        await using var ledger = Open();
        await Append(ledger, author.Entry(1));
        var whole = new FileInfo(File + "-wal").Length;
        await Append(ledger, author.Entry(2, payloadBytes: 20_000));
        var after = new FileInfo(File + "-wal").Length;
        for (var length = whole; length < after; length += 2900)
        {
            var copy = Path.Combine(folder, $"torn-{length}.db");
            System.IO.File.Copy(File, copy);
            await System.IO.File.WriteAllBytesAsync(copy + "-wal", Head(File + "-wal", (int)length), Cancel);
            await using var left = EmbeddedLedger.Open(copy);
            Assert.Equal([1], Sequences(await left.ReadAsync(Contract, 0, 10, Cancel)));
        }
    }

    [Fact]
    public async Task Many_that_open_a_new_file_at_once_make_one_ledger()
    {
        for (var trial = 0; trial < 10; trial++)
        {
            var path = Path.Combine(folder, $"new-{trial}.db");
            var ledgers = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => Task.Run(() => EmbeddedLedger.Open(path), Cancel)));
            await Task.WhenAll(ledgers.Select((ledger, i) => Append(ledger, author.Entry(i + 1))));
            Assert.Equal(6, (await ledgers[0].ReadAsync(Contract, 0, 10, Cancel)).Entries.Length);
            foreach (var ledger in ledgers)
                await ledger.DisposeAsync();
        }
    }

    [Fact]
    public async Task Another_process_that_holds_the_file_makes_an_append_wait_and_then_unavailable()
    {
        await using var ledger = Open();
        using var other = Connect();
        using (var hold = other.BeginTransaction(deferred: false))
        {
            var answer = await ledger.AppendAsync([author.Entry(1)], Cancel);
            Assert.Equal(AppendOutcome.Unavailable, answer.Outcome);
            Assert.Contains(File, answer.Trouble, StringComparison.Ordinal);
        }

        await Append(ledger, author.Entry(1));
    }

    [Fact]
    public async Task A_full_disk_is_an_outcome_with_a_sentence_and_nothing_is_half_done()
    {
        await using var ledger = EmbeddedLedger.Open(File, maxBytes: 200_000);
        await Append(ledger, author.Entry(1));
        var answer = await ledger.AppendAsync([author.Entry(2), author.Entry(3, payloadBytes: 400_000)], Cancel);
        Assert.Equal(AppendOutcome.Unavailable, answer.Outcome);
        Assert.Contains("room", answer.Trouble, StringComparison.Ordinal);
        Assert.Equal([1], Sequences(await ledger.ReadAsync(Contract, 0, 10, Cancel)));
        await Append(ledger, author.Entry(4));
    }

    [Fact]
    public void A_file_that_is_none_of_ours_is_refused_with_its_reason()
    {
        Refused("no folder", Path.Combine(folder, "nowhere", "ledger.db"));
        var text = Path.Combine(folder, "text");
        System.IO.File.WriteAllText(text, new string('x', 5000));
        Refused("no database", text);
        Directory.CreateDirectory(Path.Combine(folder, "folder"));
        Refused("cannot be opened", Path.Combine(folder, "folder"));
        Execute("other.db", "CREATE TABLE mine (x); ");
        Refused("not a Starling ledger", Path.Combine(folder, "other.db"));
        Assert.Equal("delete", Scalar("other.db", "PRAGMA journal_mode"));
    }

    [Fact]
    public async Task A_file_of_a_newer_format_or_with_triggers_is_refused()
    {
        await Open().DisposeAsync();
        Execute("ledger.db", "CREATE TRIGGER t AFTER INSERT ON entry BEGIN DELETE FROM entry; END;");
        Refused("not a Starling ledger", File);
        Execute("ledger.db", "DROP TRIGGER t; PRAGMA user_version=2;");
        Refused("newer Starling", File);
    }

    [Theory]
    [InlineData("UPDATE entry SET bytes = x'0102' WHERE height = 1", LedgerFault.Undecodable)]
    [InlineData("UPDATE entry SET bytes = zeroblob(6000000) WHERE height = 1", LedgerFault.Undecodable)]
    [InlineData("UPDATE entry SET height = 5 WHERE height = 1", LedgerFault.Gap)]
    [InlineData("UPDATE entry SET bytes = CAST(bytes || 'x' AS BLOB) WHERE height = 1", LedgerFault.Undecodable)]
    [InlineData("UPDATE entry SET contract = 'other' WHERE height = 1", LedgerFault.Gap)]
    public async Task What_is_no_entry_is_named_by_its_height_and_harms_nothing_else(string damage, LedgerFault fault)
    {
        await using var ledger = Open();
        await Append(ledger, author.Entries(3));
        Execute("ledger.db", damage);
        Assert.Equal([1], Sequences(await ledger.ReadAsync(Contract, 0, 1, Cancel)));
        var corrupt = await Assert.ThrowsAsync<LedgerCorruptException>(() => ledger.ReadAsync(Contract, 0, 10, Cancel));
        Assert.Equal((Contract, 1L, fault), (corrupt.Contract, corrupt.Height, corrupt.Fault));
        await Append(ledger, author.Entry(9));
    }

    [Fact]
    public async Task An_entry_of_another_contract_in_the_place_of_one_is_corrupt()
    {
        await using var ledger = Open();
        await Append(ledger, author.Entry(1));
        await Append(ledger, author.Entry(2, Core.Identity.ContractId.Parse("other")));
        Execute("ledger.db", "UPDATE entry SET contract = 'trial', height = 1 WHERE contract = 'other'");
        var corrupt = await Assert.ThrowsAsync<LedgerCorruptException>(() => ledger.ReadAsync(Contract, 0, 10, Cancel));
        Assert.Equal((1L, LedgerFault.ForeignContract), (corrupt.Height, corrupt.Fault));
    }

    [Fact]
    public async Task A_damaged_page_of_the_file_is_an_error_of_the_ledger_and_no_crash()
    {
        await using (var ledger = Open())
            await Append(ledger, author.Entries(100));
        var bytes = await System.IO.File.ReadAllBytesAsync(File, Cancel);
        var found = 0;
        for (var page = 1; page < bytes.Length / 4096; page++)
        {
            var damaged = (byte[])bytes.Clone();
            damaged.AsSpan(page * 4096, 4096).Fill(0xa5);
            var copy = Path.Combine(folder, $"damaged-{page}.db");
            await System.IO.File.WriteAllBytesAsync(copy, damaged, Cancel);
            try
            {
                await using var ledger = EmbeddedLedger.Open(copy);
                Assert.Equal(100, (await ledger.ReadAsync(Contract, 0, 200, Cancel)).Entries.Length);
            }
            catch (LedgerException)
            {
                found++;
            }
        }

        Assert.InRange(found, 3, bytes.Length / 4096);
    }

    protected override ILedger Open() => EmbeddedLedger.Open(File);

    private static byte[] Head(string path, int length)
    {
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        var bytes = new byte[length];
        stream.ReadExactly(bytes);
        return bytes;
    }

    private static void Refused(string reason, string path) =>
        Assert.Contains(reason, Assert.Throws<LedgerUnavailableException>(() => EmbeddedLedger.Open(path)).Message,
            StringComparison.Ordinal);

    private SqliteConnection Connect(string name = "ledger.db")
    {
        var connection = new SqliteConnection($"Data Source={Path.Combine(folder, name)};Pooling=False");
        connection.Open();
        return connection;
    }

    private void Execute(string name, string statement) => Scalar(name, statement);

    private object? Scalar(string name, string statement)
    {
        using var connection = Connect(name);
        using var command = connection.CreateCommand();
        command.CommandText = statement;
        return command.ExecuteScalar();
    }
}
