using Microsoft.Data.Sqlite;
using Starling.Core.Identity;

namespace Starling.Ledgers.Embedded;

/// <summary>Notices what any process has appended to a ledger's file.</summary>
internal sealed class EmbeddedWatcher : IDisposable
{
    private readonly SqliteConnection connection;
    private readonly SqliteCommand news;
    private long lastRow;

    public EmbeddedWatcher(SqliteConnection connection)
    {
        this.connection = connection;
        news = connection.CreateCommand();
        // Grouped by contract it would read the whole index each time, however little is new.
        news.CommandText = "SELECT id, contract FROM entry WHERE id > $last ORDER BY id";
        news.Parameters.Add("$last", SqliteType.Integer);
    }

    /// <summary>The contracts that were appended to since the last call; at the first one, all of them.</summary>
    public List<ContractId> TakeChanged()
    {
        var changed = new List<ContractId>();
        try
        {
            news.Parameters["$last"].Value = lastRow;
            using var rows = news.ExecuteReader();
            while (rows.Read())
            {
                lastRow = rows.GetInt64(0);
                if (ContractId.TryParse(rows.GetString(1), out var contract) && !changed.Contains(contract))
                    changed.Add(contract);
            }
        }
        catch (SqliteException)
        {
            // A hint less; the next call asks again, and whoever reads hears of the trouble.
        }

        return changed;
    }

    public void Dispose()
    {
        news.Dispose();
        connection.Dispose();
    }
}
