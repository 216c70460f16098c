using System.Collections.Immutable;
using Microsoft.Data.Sqlite;
using Starling.Core.Identity;
using Starling.Core.Kernel;
using Starling.Core.Ledger;
using Starling.Ledgers.Storage;

namespace Starling.Node.Journal;

/// <summary>Writes the rows of a journal's file, with statements that are prepared once. For one thread at a time.</summary>
internal sealed class JournalStatements : IDisposable
{
    private readonly SqliteConnection connection;
    private readonly SqliteCommand put, remove, clear, add;
    private bool synced = true;

    public JournalStatements(SqliteConnection connection)
    {
        this.connection = connection;
        put = Prepare("INSERT INTO record (key, value) VALUES ($key, $value) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
            ("$key", SqliteType.Text), ("$value", SqliteType.Blob));
        remove = Prepare("DELETE FROM record WHERE key = $key", ("$key", SqliteType.Text));
        clear = Prepare("DELETE FROM mirror WHERE contract = $contract AND height >= $from", ("$contract", SqliteType.Text),
            ("$from", SqliteType.Integer));
        add = Prepare("INSERT INTO mirror (contract, height, valid, bytes) VALUES ($contract, $height, $valid, $bytes)",
            ("$contract", SqliteType.Text), ("$height", SqliteType.Integer), ("$valid", SqliteType.Integer), ("$bytes", SqliteType.Blob));
    }

    /// <summary>Begins a transaction.</summary>
    /// <param name="sync">Whether its commit waits for the disk. One that does has all earlier ones on disk as well, since they
    /// are in the same log.</param>
    public SqliteTransaction Begin(bool sync)
    {
        if (sync != synced)
            connection.Run(sync ? "PRAGMA synchronous=FULL;" : "PRAGMA synchronous=NORMAL;");
        synced = sync;
        return connection.BeginTransaction(deferred: false);
    }

    /// <summary>Writes a record, or removes it if its value is empty.</summary>
    public void Save(SqliteTransaction transaction, JournalRecord record)
    {
        var command = record.Value.IsEmpty ? remove : put;
        command.Parameters["$key"].Value = record.Key;
        if (!record.Value.IsEmpty)
            command.Parameters["$value"].Value = record.Value.ToArray();
        Run(command, transaction);
    }

    /// <summary>Writes entries from a height on, in place of whatever is there.</summary>
    public void Mirror(SqliteTransaction transaction, ContractId contract, long from, ImmutableArray<VerifiedEntry> entries)
    {
        clear.Parameters["$contract"].Value = contract.Value;
        clear.Parameters["$from"].Value = from;
        Run(clear, transaction);
        add.Parameters["$contract"].Value = contract.Value;
        for (var i = 0; i < entries.Length; i++)
        {
            add.Parameters["$height"].Value = from + i;
            add.Parameters["$valid"].Value = entries[i].SignatureValid ? 1 : 0;
            add.Parameters["$bytes"].Value = entries[i].Entry.Encode();
            Run(add, transaction);
        }
    }

    public void Dispose()
    {
        foreach (var command in (SqliteCommand[])[put, remove, clear, add])
            command.Dispose();
    }

    private static void Run(SqliteCommand command, SqliteTransaction transaction)
    {
        command.Transaction = transaction;
        command.ExecuteNonQuery();
    }

    private SqliteCommand Prepare(string text, params ReadOnlySpan<(string Name, SqliteType Type)> parameters)
    {
        var command = connection.CreateCommand();
        command.CommandText = text;
        foreach (var (name, type) in parameters)
            command.Parameters.Add(name, type);
        return command;
    }
}
