using System.Collections.Immutable;
using Microsoft.Data.Sqlite;
using Starling.Core.Canonical;
using Starling.Core.Identity;
using Starling.Core.Kernel;
using Starling.Core.Ledger;
using Starling.Ledgers.Storage;

namespace Starling.Node.Journal;

/// <summary>The tables of a journal's file, and what is in them.</summary>
internal static class JournalTables
{
    public static readonly StorageFormat Format = new("a node's journal", 0x53744a6f, 1, """
        CREATE TABLE record (key TEXT PRIMARY KEY, value BLOB NOT NULL) STRICT;
        CREATE TABLE mirror (contract TEXT NOT NULL, height INTEGER NOT NULL, valid INTEGER NOT NULL, bytes BLOB NOT NULL) STRICT;
        CREATE UNIQUE INDEX mirror_height ON mirror (contract, height);
        """);

    // The bytes of a page, unless its first entry alone has more.
    private const int PageBytes = 1 << 20;

    /// <summary>Reads all records, and how many entries of which contract are mirrored; looks at each of these, and keeps none.</summary>
    /// <exception cref="JournalException">A row makes no sense.</exception>
    public static (ImmutableArray<JournalRecord> Records, ImmutableArray<(ContractId Contract, int Count)> Mirrored) Load(
        SqliteConnection connection, string path)
    {
        using var transaction = connection.BeginTransaction(deferred: true);
        var records = ImmutableArray.CreateBuilder<JournalRecord>();
        using (var select = connection.CreateCommand())
        {
            select.CommandText = "SELECT key, value FROM record ORDER BY key"; // SQLite compares texts byte by byte
            using var rows = select.ExecuteReader();
            while (rows.Read())
                records.Add(new JournalRecord(rows.GetString(0), ImmutableArray.Create(rows.GetFieldValue<byte[]>(1))));
        }

        records.Sort((a, b) => string.CompareOrdinal(a.Key, b.Key));
        var mirrored = Mirrored(connection, path);
        foreach (var (contract, count) in mirrored)
            for (var height = 0; height < count;)
                height += Page(connection, path, contract, height).Count;
        return (records.ToImmutable(), mirrored);
    }

    /// <summary>Reads some of a contract's mirrored entries, from a height on: one at least.</summary>
    /// <exception cref="JournalException">There is none, or a row makes no sense.</exception>
    public static IReadOnlyList<VerifiedEntry> Page(SqliteConnection connection, string path, ContractId contract, int from)
    {
        var page = new List<VerifiedEntry>();
        using var select = connection.CreateCommand();
        select.CommandText = "SELECT height, valid, bytes FROM mirror WHERE contract = $contract AND height >= $from ORDER BY height";
        select.Parameters.AddWithValue("$contract", contract.Value);
        select.Parameters.AddWithValue("$from", from);
        using var rows = select.ExecuteReader();
        for (var bytes = 0; bytes < PageBytes && rows.Read();)
        {
            var (height, stored) = (from + page.Count, rows.GetFieldValue<byte[]>(2));
            if (rows.GetInt64(0) != height)
                throw Damaged(path, contract.Value, height);
            try
            {
                page.Add(new VerifiedEntry(SignedEntry.Decode(stored), rows.GetInt64(1) != 0));
            }
            catch (CanonicalFormatException)
            {
                throw Damaged(path, contract.Value, height);
            }

            bytes += stored.Length;
        }

        return page.Count > 0 ? page : throw Damaged(path, contract.Value, from);
    }

    /// <summary>What is said of a mirrored entry that the disk has changed.</summary>
    public static JournalException Damaged(string path, string contract, long height) => new(
        $"{path} is damaged at height {height} of contract '{contract}'; move the node's folder away, and the node rejoins with a new journal.");

    private static ImmutableArray<(ContractId Contract, int Count)> Mirrored(SqliteConnection connection, string path)
    {
        var mirrored = ImmutableArray.CreateBuilder<(ContractId, int)>();
        using var select = connection.CreateCommand();
        select.CommandText = "SELECT contract, COUNT(*), MIN(height) FROM mirror GROUP BY contract ORDER BY contract";
        using var rows = select.ExecuteReader();
        while (rows.Read())
            mirrored.Add((ContractId.TryParse(rows.GetString(0), out var contract)
                ? contract
                : throw Damaged(path, rows.GetString(0), rows.GetInt64(2)), rows.GetInt32(1)));
        mirrored.Sort((a, b) => a.Item1.CompareTo(b.Item1));
        return mirrored.ToImmutable();
    }
}
