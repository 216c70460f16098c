using Microsoft.Data.Sqlite;

namespace Starling.Ledgers.Storage;

/// <summary>
/// Opens database files: SQLite in WAL mode, each commit synced before it returns (<c>synchronous=FULL</c>), several processes at once.
/// What a file holds is not trusted: it may have tables and indexes alone.
/// </summary>
public static class StorageFile
{
    private const int PageBytes = 4096;
    private const int BusyMilliseconds = 2000;

    /// <summary>Opens a file, and makes it if it is not there. The folder must exist.</summary>
    /// <param name="path">The file.</param>
    /// <param name="format">What it must be.</param>
    /// <param name="maxBytes">How large it may grow by this connection's writes, or null for as large as the disk.</param>
    /// <param name="exclusive">Whether this connection wants the file for itself; a second one is then refused as
    /// <see cref="StorageFault.Busy"/>.</param>
    /// <exception cref="StorageException">It cannot be opened, or is something else.</exception>
    public static SqliteConnection Open(string path, StorageFormat format, long? maxBytes = null, bool exclusive = false)
    {
        path = Path.GetFullPath(path);
        if (!Directory.Exists(Path.GetDirectoryName(path)))
            throw new StorageException(StorageFault.Missing,
                $"There is no folder {Path.GetDirectoryName(path)} for {format.Noun}; create it, or name another.");
        // Without a pool a closed connection really closes its file. SQLite itself waits for others, in small steps; the provider's own
        // waiting, in large ones, need not come on top.
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder
        {
            DataSource = path,
            Mode = SqliteOpenMode.ReadWriteCreate,
            Pooling = false,
            DefaultTimeout = 1,
        }.ConnectionString);
        try
        {
            connection.Open();
            if (exclusive)
                connection.Run("PRAGMA locking_mode=EXCLUSIVE;"); // before anything is read, or the log would be opened for sharing
            connection.Run($"PRAGMA busy_timeout={BusyMilliseconds}; PRAGMA trusted_schema=OFF; PRAGMA cell_size_check=ON;");
            if (IsEmpty(connection))
                Create(connection, format);
            Check(connection, path, format);
            connection.Run("PRAGMA synchronous=FULL;");
            if (maxBytes is { } bound)
                connection.Run($"PRAGMA max_page_count={Math.Max(1, bound / PageBytes)};");
            return connection;
        }
        catch (SqliteException e)
        {
            connection.Dispose();
            throw StorageException.From(e, path);
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>Runs statements that give no rows.</summary>
    public static void Run(this SqliteConnection connection, string statements)
    {
        using var command = connection.CreateCommand();
        command.CommandText = statements;
        command.ExecuteNonQuery();
    }

    /// <summary>Asks for one number.</summary>
    public static long Number(this SqliteConnection connection, string question)
    {
        using var command = connection.CreateCommand();
        command.CommandText = question;
        return command.ExecuteScalar() is long number ? number : 0;
    }

    private static bool IsEmpty(SqliteConnection connection) =>
        connection.Number("PRAGMA application_id") == 0 && connection.Number("PRAGMA user_version") == 0
        && connection.Number("SELECT count(*) FROM sqlite_master") == 0;

    private static void Create(SqliteConnection connection, StorageFormat format)
    {
        connection.Run("PRAGMA journal_mode=WAL;");
        using var transaction = connection.BeginTransaction(deferred: false);
        // Another process may have been first.
        if (IsEmpty(connection))
            connection.Run($"{format.Schema} PRAGMA application_id={format.ApplicationId}; PRAGMA user_version={format.Version};");
        transaction.Commit();
    }

    private static void Check(SqliteConnection connection, string path, StorageFormat format)
    {
        var version = connection.Number("PRAGMA user_version");
        if (connection.Number("PRAGMA application_id") != format.ApplicationId || version < 1
            || connection.Number("SELECT count(*) FROM sqlite_master WHERE type NOT IN ('table', 'index')") != 0)
            throw new StorageException(StorageFault.Foreign, $"{path} is not {format.Noun}; name another file.");
        if (version > format.Version)
            throw new StorageException(
                StorageFault.TooNew,
                $"{path} was written by a newer Starling (format {version}; this one reads up to {format.Version}); update this one.");
    }
}
