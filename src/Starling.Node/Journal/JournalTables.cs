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

    /// <summary>Reads everything.</summary>
    /// <exception cref="JournalException">A row makes no sense.</exception>
    public static JournalContents Load(SqliteConnection connection, string path)
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
        return new JournalContents(records.ToImmutable(), LoadMirror(connection, path));
    }

    private static ImmutableArray<MirroredContract> LoadMirror(SqliteConnection connection, string path)
    {
        var contracts = new SortedDictionary<ContractId, ImmutableArray<VerifiedEntry>.Builder>();
        using var select = connection.CreateCommand();
        select.CommandText = "SELECT contract, height, valid, bytes FROM mirror ORDER BY contract, height";
        using var rows = select.ExecuteReader();
        while (rows.Read())
        {
            var (name, height) = (rows.GetString(0), rows.GetInt64(1));
            if (!ContractId.TryParse(name, out var contract))
                throw Damaged(path, name, height);
            if (!contracts.TryGetValue(contract, out var entries))
                contracts.Add(contract, entries = ImmutableArray.CreateBuilder<VerifiedEntry>());
            if (height != entries.Count)
                throw Damaged(path, name, entries.Count);
            try
            {
                entries.Add(new VerifiedEntry(SignedEntry.Decode(rows.GetFieldValue<byte[]>(3)), rows.GetInt64(2) != 0));
            }
            catch (CanonicalFormatException)
            {
                throw Damaged(path, name, height);
            }
        }

        return [.. contracts.Select(c => new MirroredContract(c.Key, c.Value.ToImmutable()))];
    }

    private static JournalException Damaged(string path, string contract, long height) => new(
        $"{path} is damaged at height {height} of contract '{contract}'; move the node's folder away, and the node rejoins with a new journal.");
}
