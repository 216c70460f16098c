using System.Collections.Immutable;
using System.Diagnostics;
using System.Runtime.CompilerServices;
using Microsoft.Data.Sqlite;
using SQLitePCL;
using Starling.Core.Identity;
using Starling.Core.Ledger;
using Starling.Ledgers.Storage;

namespace Starling.Ledgers.Embedded;

/// <summary>
/// The ledger of the processes of one host: one SQLite file, opened by all of them, without a server. An entry is final once its
/// transaction is. Whoever may write to the file could also change it; nodes notice by their mirrors. Its calls work on the caller's
/// thread: they are too short to be worth another's.
/// </summary>
public sealed class EmbeddedLedger : ILedger
{
    private const int ApplicationId = 0x53744c67; // "StLg"

    // Rows are only ever added, so that a growing id tells what is new.
    private static readonly StorageFormat Format = new("a Starling ledger", ApplicationId, 1, """
        CREATE TABLE entry (
            id INTEGER PRIMARY KEY, contract TEXT NOT NULL, height INTEGER NOT NULL, digest BLOB NOT NULL, bytes BLOB NOT NULL) STRICT;
        CREATE UNIQUE INDEX entry_height ON entry (contract, height);
        CREATE UNIQUE INDEX entry_digest ON entry (digest);
        """);

    // What the bell does not tell is found by asking.
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(20), PollIntervalWithBell = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan BusyPause = TimeSpan.FromMilliseconds(1), BusyLimit = TimeSpan.FromSeconds(2);

    // The lower byte of SQLite's codes; the others say more about it.
    private const int PrimaryCode = 0xff;

    private readonly string path;
    private readonly SqliteConnection writer;
    private readonly SqliteCommand insert;
    private readonly EmbeddedReader reader;
    private readonly SemaphoreSlim writing = new(1), reading = new(1);
    private readonly LedgerBell? bell;
    private readonly Lock gate = new();
    private readonly CancellationTokenSource closing = new();
    private TaskCompletionSource rung = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool disposed;

    private EmbeddedLedger(string path, SqliteConnection writer, SqliteConnection reader)
    {
        (this.path, this.writer, this.reader) = (path, writer, new EmbeddedReader(path, reader));
        writer.Run("PRAGMA busy_timeout=0;");
        insert = writer.CreateCommand();
        insert.CommandText = """
            INSERT INTO entry (contract, height, digest, bytes)
            SELECT $contract, coalesce(max(height) + 1, 0), $digest, $bytes FROM entry WHERE contract = $contract
            ON CONFLICT (digest) DO NOTHING
            """;
        insert.Parameters.Add("$contract", SqliteType.Text);
        insert.Parameters.Add("$digest", SqliteType.Blob);
        insert.Parameters.Add("$bytes", SqliteType.Blob);
        bell = LedgerBell.TryHang(path, Rung);
    }

    /// <inheritdoc/>
    public string Name => "embedded";

    /// <inheritdoc/>
    public bool TellsAtOnce => bell is not null;

    /// <summary>Opens a ledger's file, and makes it if it is not there.</summary>
    /// <param name="path">The file; its folder must exist.</param>
    /// <param name="maxBytes">How large it may grow by this process's entries, or null for as large as the disk.</param>
    /// <exception cref="LedgerUnavailableException">The file cannot be opened, or is something else.</exception>
    public static EmbeddedLedger Open(string path, long? maxBytes = null)
    {
        path = Path.GetFullPath(path);
        try
        {
            var writer = StorageFile.Open(path, Format, maxBytes);
            try
            {
                return new EmbeddedLedger(path, writer, StorageFile.Open(path, Format));
            }
            catch
            {
                writer.Dispose();
                throw;
            }
        }
        catch (StorageException e)
        {
            throw new LedgerUnavailableException(e.Message, e);
        }
    }

    /// <inheritdoc/>
    public async Task<AppendAnswer> AppendAsync(IReadOnlyList<SignedEntry> entries, CancellationToken cancellation)
    {
        if (entries.Count > LedgerPage.MaxEntries)
            throw new ArgumentException($"At most {LedgerPage.MaxEntries} entries are appended at once, not {entries.Count}.",
                nameof(entries));
        await writing.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            ObjectDisposedException.ThrowIf(disposed, this);
            var answer = await AppendAllAsync(entries).ConfigureAwait(false);
            bell?.Ring();
            return answer;
        }
        finally
        {
            writing.Release();
        }
    }

    /// <inheritdoc/>
    public async Task<LedgerPage> ReadAsync(ContractId contract, long from, int limit, CancellationToken cancellation)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(from);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(limit);
        await reading.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            ObjectDisposedException.ThrowIf(disposed, this);
            return reader.Read(contract, from, Math.Min(limit, LedgerPage.MaxEntries));
        }
        catch (SqliteException e)
        {
            var trouble = StorageException.From(e, path);
            throw trouble.Fault is StorageFault.Corrupt or StorageFault.Foreign
                ? new LedgerCorruptException(trouble.Message, contract, null, LedgerFault.Undecodable, trouble)
                : new LedgerUnavailableException(trouble.Message, trouble);
        }
        finally
        {
            reading.Release();
        }
    }

    /// <summary>Every contract that has entries, by name.</summary>
    /// <exception cref="LedgerUnavailableException">The file cannot be read.</exception>
    public async Task<ImmutableSortedSet<ContractId>> ContractsAsync(CancellationToken cancellation)
    {
        await reading.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            ObjectDisposedException.ThrowIf(disposed, this);
            return reader.Contracts();
        }
        catch (SqliteException e)
        {
            var trouble = StorageException.From(e, path);
            throw new LedgerUnavailableException(trouble.Message, trouble);
        }
        finally
        {
            reading.Release();
        }
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<ContractId> WatchAsync([EnumeratorCancellation] CancellationToken cancellation)
    {
        ObjectDisposedException.ThrowIf(disposed, this);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellation, closing.Token);
        using var watcher = Watcher();
        var interval = bell is null ? PollInterval : PollIntervalWithBell;
        while (!ended.IsCancellationRequested)
        {
            // Taken before looking: what rings after that is looked for again.
            var next = NextRing();
            foreach (var contract in watcher.TakeChanged())
                yield return contract;
            await next.WaitAsync(interval, ended.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await closing.CancelAsync().ConfigureAwait(false);
        await writing.WaitAsync().ConfigureAwait(false);
        await reading.WaitAsync().ConfigureAwait(false);
        if (!disposed)
        {
            disposed = true;
            bell?.Dispose();
            reader.Dispose();
            insert.Dispose();
            writer.Dispose();
        }

        reading.Release();
        writing.Release();
    }

    private Task NextRing()
    {
        lock (gate)
            return rung.Task;
    }

    private void Rung()
    {
        lock (gate)
        {
            rung.SetResult();
            rung = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    private EmbeddedWatcher Watcher()
    {
        try
        {
            return new EmbeddedWatcher(StorageFile.Open(path, Format));
        }
        catch (StorageException e)
        {
            throw new LedgerUnavailableException(e.Message, e);
        }
    }

    private async Task<AppendAnswer> AppendAllAsync(IReadOnlyList<SignedEntry> entries)
    {
        var committing = false;
        try
        {
            await RunAsync("BEGIN IMMEDIATE").ConfigureAwait(false);
            try
            {
                foreach (var entry in entries)
                {
                    insert.Parameters["$contract"].Value = entry.Body.Contract.Value;
                    insert.Parameters["$digest"].Value = entry.StoredDigest.ToArray();
                    insert.Parameters["$bytes"].Value = entry.Encode();
                    insert.ExecuteNonQuery();
                }

                committing = true;
                await RunAsync("COMMIT").ConfigureAwait(false);
            }
            catch
            {
                // Nothing to do if SQLite has rolled back by itself.
                _ = raw.sqlite3_exec(writer.Handle, "ROLLBACK");
                throw;
            }

            return new AppendAnswer(AppendOutcome.Appended);
        }
        catch (SqliteException e)
        {
            return new AppendAnswer(committing ? AppendOutcome.Unknown : AppendOutcome.Unavailable, StorageException.From(e, path).Message);
        }
    }

    // An append holds the file for a fraction of a millisecond, and rings when it is done. SQLite's own waiting, and the provider's, grow
    // to many milliseconds, while nobody writes.
    private async ValueTask RunAsync(string statement)
    {
        var began = Stopwatch.GetTimestamp();
        while (true)
        {
            // Taken before trying: who is done after that is heard.
            var next = NextRing();
            var code = raw.sqlite3_exec(writer.Handle, statement);
            if ((code & PrimaryCode) != raw.SQLITE_BUSY || Stopwatch.GetElapsedTime(began) >= BusyLimit)
            {
                SqliteException.ThrowExceptionForRC(code, writer.Handle);
                return;
            }

            await next.WaitAsync(BusyPause).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
