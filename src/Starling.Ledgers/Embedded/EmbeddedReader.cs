using System.Collections.Immutable;
using Microsoft.Data.Sqlite;
using Starling.Core.Identity;
using Starling.Core.Ledger;

namespace Starling.Ledgers.Embedded;

/// <summary>Reads pages of a ledger's file, with statements that are prepared once. For one thread at a time.</summary>
internal sealed class EmbeddedReader : IDisposable
{
    private readonly string path;
    private readonly SqliteConnection connection;
    private readonly EntryVerifier verifier = new();
    private readonly SqliteCommand heights, rows, contracts;

    public EmbeddedReader(string path, SqliteConnection connection)
    {
        (this.path, this.connection) = (path, connection);
        heights = connection.CreateCommand();
        heights.CommandText = "SELECT max(height) + 1 FROM entry WHERE contract = $contract";
        heights.Parameters.Add("$contract", SqliteType.Text);
        rows = connection.CreateCommand();
        rows.CommandText = """
            SELECT height, CASE typeof(bytes) WHEN 'blob' THEN length(bytes) ELSE -1 END, bytes FROM entry
            WHERE contract = $contract AND height >= $from ORDER BY height LIMIT $limit
            """;
        rows.Parameters.Add("$contract", SqliteType.Text);
        foreach (var number in (string[])["$from", "$limit"])
            rows.Parameters.Add(number, SqliteType.Integer);
        contracts = connection.CreateCommand();
        contracts.CommandText = "SELECT DISTINCT contract FROM entry";
    }

    /// <summary>Reads entries, within the bounds of a page.</summary>
    /// <exception cref="LedgerCorruptException">What is stored is no entry of this contract.</exception>
    /// <exception cref="SqliteException">The file cannot be read.</exception>
    public LedgerPage Read(ContractId contract, long from, int limit)
    {
        var (entries, isEnd) = Entries(contract, from, limit);
        // Most pages end with the ledger, and show how high it is. Rows are only ever added, so what came since the
        // first statement does no harm.
        var known = isEnd && entries.Count > 0 ? from + entries.Count : Height(contract);
        return new LedgerPage(contract, from, verifier.Verify(entries), known);
    }

    /// <summary>Every contract that has entries, by name.</summary>
    /// <exception cref="SqliteException">The file cannot be read.</exception>
    public ImmutableSortedSet<ContractId> Contracts()
    {
        var all = ImmutableSortedSet.CreateBuilder<ContractId>();
        using var found = contracts.ExecuteReader();
        while (found.Read())
            if (ContractId.TryParse(found.GetString(0), out var contract))
                all.Add(contract);
        return all.ToImmutable();
    }

    public void Dispose()
    {
        contracts.Dispose();
        heights.Dispose();
        rows.Dispose();
        connection.Dispose();
        verifier.Dispose();
    }

    private long Height(ContractId contract)
    {
        heights.Parameters["$contract"].Value = contract.Value;
        return heights.ExecuteScalar() is long number ? number : 0;
    }

    private (List<SignedEntry> Entries, bool IsEnd) Entries(ContractId contract, long from, int limit)
    {
        var entries = new List<SignedEntry>();
        rows.Parameters["$contract"].Value = contract.Value;
        foreach (var (name, value) in (ReadOnlySpan<(string, long)>)[("$from", from), ("$limit", limit)])
            rows.Parameters[name].Value = value;
        using var found = rows.ExecuteReader();
        for (long bytes = 0; found.Read();)
        {
            var at = from + entries.Count;
            var length = found.GetInt64(1);
            if (found.GetInt64(0) != at)
                throw Corrupt(contract, at, LedgerFault.Gap);
            if (length is < 0 or > SignedEntry.MaxBytes)
                throw Corrupt(contract, at, LedgerFault.Undecodable);
            bytes += length;
            if (entries.Count > 0 && bytes > LedgerPage.MaxBytes)
                return (entries, false);
            entries.Add(StoredEntry.Decode(contract, found.GetFieldValue<byte[]>(2), out var wrong)
                ?? throw Corrupt(contract, at, wrong.Fault, wrong.Cause));
        }

        return (entries, entries.Count < limit);
    }

    private LedgerCorruptException Corrupt(ContractId contract, long height, LedgerFault fault, Exception? inner = null) => new(
        $"What {path} holds of contract '{contract}' at height {height} is no entry of it ({fault}); put a copy of the file in its place.",
        contract, height, fault, inner);
}
