using Microsoft.Data.Sqlite;
using Starling.Core.Identity;
using Starling.Core.Kernel;
using Starling.Core.Ledger;
using Starling.Node.Journal;

namespace Starling.Node.Tests.Journal;

public sealed class NodeJournalTests : IDisposable
{
    private static readonly ContractId One = ContractId.Parse("one"), Two = ContractId.Parse("two");
    private readonly string folder = Directory.CreateTempSubdirectory("starling-journal-").FullName;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private string File => Path.Combine(folder, "journal.db");

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task A_new_journal_is_empty()
    {
        using var journal = NodeJournal.Open(File);
        var contents = await journal.LoadAsync(Cancel);
        Assert.Empty(contents.Records);
        Assert.Empty(contents.Mirror);
    }

    [Fact]
    public async Task Records_are_replaced_removed_and_loaded_sorted_after_reopening()
    {
        using (var journal = NodeJournal.Open(File))
        {
            await journal.SaveAsync([Record("b", 1), Record("a", 2), Record("Z", 3), Record("é", 4)], Cancel);
            await journal.SaveAsync([Record("b", 5), new JournalRecord("a", [])], Cancel);
        }

        Assert.Equal(["Z=3", "b=5", "é=4"], await Records(File));
    }

    [Fact]
    public async Task The_mirror_is_kept_by_contract_and_replaced_from_a_height_on()
    {
        using (var journal = NodeJournal.Open(File))
        {
            journal.Mirror(Two, 0, [Entry(1, Two)]);
            journal.Mirror(One, 0, [Entry(1), Entry(2), Entry(3)]);
            journal.Mirror(One, 3, [Entry(4, valid: false)]);
            journal.Mirror(One, 2, [Entry(30), Entry(40, valid: false)]);
        }

        using var again = NodeJournal.Open(File);
        var mirror = (await again.LoadAsync(Cancel)).Mirror;
        Assert.Equal([One, Two], mirror.Select(m => m.Contract));
        Assert.Equal([1, 2, 30, 40], mirror[0].Entries.Select(e => e.Entry.Body.Sequence));
        Assert.Equal([true, true, true, false], mirror[0].Entries.Select(e => e.SignatureValid));
        Assert.Equal(Entry(30).Entry.Encode(), mirror[0].Entries.ElementAt(2).Entry.Encode());
    }

    [Fact]
    public async Task What_was_saved_survives_a_process_that_ends_at_once()
    {
        using var journal = NodeJournal.Open(File);
        for (var i = 1; i <= 20; i++)
        {
            await journal.SaveAsync([Record("key", i), Record($"key-{i}", i)], Cancel);
            // What a killed process leaves is what its files hold now, with the journal still open.
            var copy = Path.Combine(folder, $"copy-{i}.db");
            foreach (var suffix in new[] { "", "-wal" })
                System.IO.File.Copy(File + suffix, copy + suffix);
            var left = await Records(copy);
            Assert.Contains($"key={i}", left);
            Assert.Equal(i + 1, left.Length);
        }
    }

    [Fact]
    public async Task A_torn_transaction_leaves_all_of_it_or_nothing()
    {
        using var journal = NodeJournal.Open(File);
        await journal.SaveAsync([Record("first", 1)], Cancel);
        var before = new FileInfo(File + "-wal").Length;
        await journal.SaveAsync([.. Enumerable.Range(0, 50).Select(i => new JournalRecord($"k{i:00}", [.. new byte[500]]))], Cancel);
        var wal = await ReadAll(File + "-wal");
        for (var length = (int)before; length < wal.Length; length += 3001)
        {
            var copy = Path.Combine(folder, $"torn-{length}.db");
            System.IO.File.Copy(File, copy);
            await System.IO.File.WriteAllBytesAsync(copy + "-wal", wal[..length], Cancel);
            Assert.Equal(["first=1"], await Records(copy));
        }
    }

    [Fact]
    public async Task Saves_that_come_together_are_all_kept_and_the_last_of_a_key_stands()
    {
        using (var journal = NodeJournal.Open(File))
        {
            var saves = Enumerable.Range(1, 500)
                .Select(i => journal.SaveAsync([Record("shared", i % 250), Record($"own-{i:000}", 1)], Cancel)).ToList();
            await Task.WhenAll(saves);
        }

        var records = await Records(File);
        Assert.Equal(501, records.Length);
        Assert.Equal("shared=0", records[^1]);
    }

    [Fact]
    public async Task A_full_disk_is_told_keeps_what_was_saved_and_passes()
    {
        using (var journal = NodeJournal.Open(File, maxBytes: 100_000))
        {
            await journal.SaveAsync([Record("small", 1)], Cancel);
            var big = new JournalRecord("big", [.. new byte[200_000]]);
            var full = await Assert.ThrowsAsync<JournalException>(() => journal.SaveAsync([Record("with", 1), big], Cancel));
            Assert.Contains("room", full.Message, StringComparison.Ordinal);
            await journal.SaveAsync([Record("after", 2)], Cancel);
        }

        Assert.Equal(["after=2", "small=1"], await Records(File));
    }

    [Fact]
    public async Task A_mirror_that_finds_no_room_stops_no_save_and_leaves_no_gap()
    {
        using (var journal = NodeJournal.Open(File, maxBytes: 100_000))
        {
            journal.Mirror(One, 0, [Entry(1)]);
            await journal.SaveAsync([Record("a", 1)], Cancel);
            journal.Mirror(One, 1, [Entry(2, payloadBytes: 200_000)]);
            journal.Mirror(One, 2, [Entry(3)]);
            await journal.SaveAsync([Record("b", 2)], Cancel);
        }

        using var again = NodeJournal.Open(File);
        var contents = await again.LoadAsync(Cancel);
        Assert.Equal(["a", "b"], contents.Records.Select(r => r.Key));
        Assert.Equal([1], contents.Mirror[0].Entries.Select(e => e.Entry.Body.Sequence));
    }

    [Fact]
    public async Task However_many_mirrored_batches_find_no_room_saves_go_on()
    {
        using var journal = NodeJournal.Open(File, maxBytes: 100_000);
        journal.Mirror(One, 0, [Entry(1, payloadBytes: 200_000)]);
        for (var i = 1; i <= 600; i++)
            journal.Mirror(One, i, [Entry(i + 1)]);
        for (var i = 0; i < 3; i++)
            await journal.SaveAsync([Record("a", i)], Cancel);
        Assert.Equal([2], (await journal.LoadAsync(Cancel)).Records.Single().Value);
    }

    [Fact]
    public async Task A_second_process_is_refused_until_the_first_has_gone()
    {
        var journal = NodeJournal.Open(File);
        Assert.Contains("Another process", Refused(File), StringComparison.Ordinal);
        await journal.SaveAsync([Record("a", 1)], Cancel);
        journal.Dispose();
        Assert.Equal(["a=1"], await Records(File));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => journal.SaveAsync([Record("a", 1)], Cancel));
        Assert.Throws<ObjectDisposedException>(() => journal.Mirror(One, 0, []));
    }

    [Fact]
    public async Task Wrong_files_and_newer_ones_are_refused_with_their_reason()
    {
        Assert.Contains("no folder", Refused(Path.Combine(folder, "nowhere", "journal.db")), StringComparison.Ordinal);
        System.IO.File.WriteAllText(Path.Combine(folder, "text"), new string('x', 5000));
        Assert.Contains("no database", Refused(Path.Combine(folder, "text")), StringComparison.Ordinal);
        NodeJournal.Open(File).Dispose();
        Execute("PRAGMA user_version=2");
        Assert.Contains("newer Starling", Refused(File), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("UPDATE mirror SET bytes = x'00' WHERE height = 1")]
    [InlineData("DELETE FROM mirror WHERE height = 1")]
    [InlineData("UPDATE mirror SET contract = 'NOT A NAME' WHERE height = 1")]
    public async Task A_damaged_mirror_is_told_with_its_height(string damage)
    {
        using (var journal = NodeJournal.Open(File))
            journal.Mirror(One, 0, [Entry(1), Entry(2), Entry(3)]);
        Execute(damage);
        using var again = NodeJournal.Open(File);
        Assert.Contains("height 1", (await Assert.ThrowsAsync<JournalException>(() => again.LoadAsync(Cancel))).Message,
            StringComparison.Ordinal);
    }

    /// <summary>Red if a mirror is held in memory as a whole: it may be larger than that.</summary>
    [Fact]
    public async Task A_mirror_is_read_as_it_is_enumerated_and_held_nowhere()
    {
        const int Entries = 24;
        using (var journal = NodeJournal.Open(File))
            journal.Mirror(One, 0, [.. Enumerable.Range(1, Entries).Select(i => Entry(i, payloadBytes: 1 << 20))]);
        using var again = NodeJournal.Open(File);
        var mirror = Assert.Single((await again.LoadAsync(Cancel)).Mirror).Entries;
        Assert.Equal(Entries, mirror.Count);
        var (seen, most) = (new List<WeakReference>(), 0);
        Enumerate();
        Assert.Equal(Enumerable.Range(1, Entries).Select(i => (long)i), mirror.Select(entry => entry.Entry.Body.Sequence));
        Assert.InRange(most, 1, 4);

        void Enumerate()
        {
            foreach (var entry in mirror)
            {
                seen.Add(new WeakReference(entry));
                GC.Collect();
                most = Math.Max(most, seen.Count(held => held.IsAlive));
            }
        }
    }

    /// <summary>Red if an entry that the disk has changed, and that still is one, is not found.</summary>
    [Fact]
    public async Task A_mirrored_entry_that_was_changed_is_found_by_its_signature()
    {
        using var key = System.Security.Cryptography.ECDsa.Create(System.Security.Cryptography.ECCurve.NamedCurves.nistP256);
        var body = Entry(1).Entry.BodyBytes.ToArray();
        var signature = key.SignData(body, System.Security.Cryptography.HashAlgorithmName.SHA256);
        LowS.Normalise(signature);
        var entry = new SignedEntry(body, new PublicKey(key.ExportSubjectPublicKeyInfo()), signature);
        using (var journal = NodeJournal.Open(File))
        {
            journal.Mirror(One, 0, [new VerifiedEntry(entry, true), Entry(2, valid: false)]);
            await journal.SaveAsync([Record("a", 1)], Cancel);
            Assert.Null(await journal.FindDamageAsync(Cancel));
            body[^1] ^= 1;
            journal.Mirror(One, 0, [new VerifiedEntry(new SignedEntry(body, entry.Key, signature), true)]);
            await journal.SaveAsync([Record("a", 2)], Cancel);
            Assert.Contains("is damaged at height 0", await journal.FindDamageAsync(Cancel), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_key_has_bounds()
    {
        using var journal = NodeJournal.Open(File);
        await Assert.ThrowsAsync<ArgumentException>(() => journal.SaveAsync([Record("", 1)], Cancel));
        await Assert.ThrowsAsync<ArgumentException>(() => journal.SaveAsync([Record(new string('k', 257), 1)], Cancel));
        await journal.SaveAsync([Record(new string('k', 256), 1)], Cancel);
    }

    private static JournalRecord Record(string key, int value) => new(key, [(byte)value]);

    private static VerifiedEntry Entry(long sequence, ContractId? contract = null, bool valid = true, int payloadBytes = 8)
    {
        var body = new EntryBody(contract ?? One, 0, NodeId.Parse("spiffe://trial.test/lab/a"), 1, sequence, 1, 0, default,
            new byte[payloadBytes]);
        return new VerifiedEntry(new SignedEntry(body.Encode(), new PublicKey([1]), [2]), valid);
    }

    private static async Task<string[]> Records(string path)
    {
        using var journal = NodeJournal.Open(path);
        return [.. (await journal.LoadAsync(Cancel)).Records.Select(r => $"{r.Key}={r.Value[0]}")];
    }

    private static async Task<byte[]> ReadAll(string path)
    {
        await using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        var bytes = new byte[stream.Length];
        await stream.ReadExactlyAsync(bytes, Cancel);
        return bytes;
    }

    private static string Refused(string path) => Assert.Throws<JournalException>(() => NodeJournal.Open(path)).Message;

    private void Execute(string statement)
    {
        using var connection = new SqliteConnection($"Data Source={File};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = statement;
        command.ExecuteNonQuery();
    }
}
