using System.Collections.Immutable;
using Microsoft.Data.Sqlite;
using Starling.Core.Canonical;
using Starling.Core.Identity;
using Starling.Core.Kernel;
using Starling.Core.Ledger;
using Starling.Ledgers.Storage;

namespace Starling.Node.Journal;

/// <summary>Reads and writes the rows of a journal's file.</summary>
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

    /// <summary>Writes a record, or removes it if its value is empty.</summary>
    public static void Save(SqliteConnection connection, JournalRecord record)
    {
        using var command = connection.CreateCommand();
        command.Parameters.AddWithValue("$key", record.Key);
        if (record.Value.IsEmpty)
        {
            command.CommandText = "DELETE FROM record WHERE key = $key";
        }
        else
        {
            command.CommandText = "INSERT INTO record (key, value) VALUES ($key, $value) ON CONFLICT (key) DO UPDATE SET value = excluded.value";
            command.Parameters.AddWithValue("$value", record.Value.ToArray());
        }

        command.ExecuteNonQuery();
    }

    /// <summary>Writes entries from a height on, in place of whatever is there.</summary>
    public static void Mirror(SqliteConnection connection, ContractId contract, long from, ImmutableArray<VerifiedEntry> entries)
    {
        using var clear = connection.CreateCommand();
        clear.CommandText = "DELETE FROM mirror WHERE contract = $contract AND height >= $from";
        clear.Parameters.AddWithValue("$contract", contract.Value);
        clear.Parameters.AddWithValue("$from", from);
        clear.ExecuteNonQuery();

        using var insert = connection.CreateCommand();
        insert.CommandText = "INSERT INTO mirror (contract, height, valid, bytes) VALUES ($contract, $height, $valid, $bytes)";
        insert.Parameters.AddWithValue("$contract", contract.Value);
        var (height, valid, bytes) = (insert.Parameters.Add("$height", SqliteType.Integer), insert.Parameters.Add("$valid", SqliteType.Integer),
            insert.Parameters.Add("$bytes", SqliteType.Blob));
        for (var i = 0; i < entries.Length; i++)
        {
            (height.Value, valid.Value, bytes.Value) = (from + i, entries[i].SignatureValid ? 1 : 0, entries[i].Entry.Encode());
            insert.ExecuteNonQuery();
        }
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
