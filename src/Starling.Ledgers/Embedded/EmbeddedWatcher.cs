using Microsoft.Data.Sqlite;
using Starling.Core.Identity;
using Starling.Ledgers.Storage;

namespace Starling.Ledgers.Embedded;

/// <summary>Notices what any process has appended to a ledger's file.</summary>
internal sealed class EmbeddedWatcher(SqliteConnection connection) : IDisposable
{
    private long version = -1;
    private long lastRow;

    /// <summary>The contracts that were appended to since the last call; at the first one, all of them.</summary>
    public List<ContractId> TakeChanged()
    {
        var changed = new List<ContractId>();
        try
        {
            // Asking for the version reads a few bytes of shared memory; it differs once another connection has committed.
            var current = connection.Number("PRAGMA data_version");
            if (current == version)
                return changed;
            using var select = connection.CreateCommand();
            select.CommandText = "SELECT contract, max(id) FROM entry WHERE id > $last GROUP BY contract";
            select.Parameters.AddWithValue("$last", lastRow);
            using var rows = select.ExecuteReader();
            while (rows.Read())
            {
                lastRow = Math.Max(lastRow, rows.GetInt64(1));
                if (ContractId.TryParse(rows.GetString(0), out var contract))
                    changed.Add(contract);
            }

            version = current;
        }
        catch (SqliteException)
        {
            // A hint less; the next call asks again, and whoever reads hears of the trouble.
        }

        return changed;
    }

    public void Dispose() => connection.Dispose();
}
