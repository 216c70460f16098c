using System.Collections.Immutable;
using Microsoft.Data.Sqlite;
using Starling.Core.Identity;
using Starling.Core.Kernel;
using Starling.Core.Ledger;
using Starling.Ledgers.Storage;

namespace Starling.Node.Journal;

/// <summary>
/// What a node must not forget: its journal's records and the entries that it folded, in one SQLite file that it alone may open. Whoever
/// saves while nobody writes writes for all who wait, in one transaction, so that saves that come together cost one sync of the disk. May
/// be used by several threads.
/// </summary>
public sealed class NodeJournal : IDisposable
{
    /// <summary>The longest key, in characters.</summary>
    public const int MaxKeyLength = 256;

    /// <summary>The file's name in a node's folder.</summary>
    public const string FileName = "journal.db";

    private const int MaxGroup = 256;

    // A node that is busy saves several times in this while, and takes what it mirrors along.
    private const int MirrorMilliseconds = 200;

    private readonly string path;
    private readonly SqliteConnection connection;
    private readonly JournalStatements statements;
    private readonly Lock gate = new();
    // Not a Lock: closing waits on it.
    private readonly object line = new();
    private readonly Queue<JournalWork> waiting = new();
    private readonly Queue<JournalWork.Mirror> unwritten = new();
    private readonly Timer mirroring;
    private bool isWriting, isDue, isClosed;

    private NodeJournal(string path, SqliteConnection connection)
    {
        (this.path, this.connection, statements) = (path, connection, new JournalStatements(connection));
        mirroring = new Timer(_ => WriteDue());
    }

    /// <summary>Opens a journal, and makes it if it is not there.</summary>
    /// <param name="path">The file; its folder must exist.</param>
    /// <param name="maxBytes">How large it may grow, or null for as large as the disk.</param>
    /// <exception cref="JournalException">The file cannot be opened, is something else, or another process has it.</exception>
    public static NodeJournal Open(string path, long? maxBytes = null)
    {
        path = Path.GetFullPath(path);
        try
        {
            return new NodeJournal(path, StorageFile.Open(path, JournalTables.Format, maxBytes, exclusive: true));
        }
        catch (StorageException e) when (e.Fault == StorageFault.Busy)
        {
            throw new JournalException(
                $"Another process uses {path}; a node's folder belongs to one process. Stop that one, or name another folder.", e);
        }
        catch (StorageException e)
        {
            throw new JournalException(e.Message, e);
        }
    }

    /// <summary>Reads everything that was saved and mirrored.</summary>
    /// <exception cref="JournalException">The file cannot be read, or is damaged.</exception>
    public Task<JournalContents> LoadAsync(CancellationToken cancellation) => Task.Run(Load, cancellation);

    /// <summary>Looks for a mirrored entry that the disk has changed, and that can be read nevertheless.</summary>
    /// <returns>Which, and what to do, a sentence; null if there is none.</returns>
    public Task<string?> FindDamageAsync(CancellationToken cancellation) => Task.Run(FindDamage, cancellation);

    /// <summary>Whether the disk has changed a mirrored entry: its signature no longer says what it did when it was mirrored.</summary>
    public static bool IsDamaged(VerifiedEntry mirrored) => EntrySignature.Verify(mirrored.Entry) != mirrored.SignatureValid;

    /// <summary>What is said of a journal whose mirror the disk has changed, and what to do.</summary>
    public string DamagedAt(ContractId contract, long height) => JournalTables.Damaged(path, contract.Value, height).Message;

    /// <summary>Saves records, all or none, in the order of the calls. They are on disk when this returns.</summary>
    /// <param name="records">Records with keys of 1 to <see cref="MaxKeyLength"/> characters. An empty value removes the record.</param>
    /// <param name="cancellation">Stops waiting; the records may be saved nevertheless.</param>
    /// <exception cref="JournalException">The disk refuses. Save the same records again; whether they are saved already
    /// does not matter.</exception>
    public async Task SaveAsync(IReadOnlyList<JournalRecord> records, CancellationToken cancellation)
    {
        if (records.FirstOrDefault(r => r.Key.Length is 0 or > MaxKeyLength) is { } wrong)
            throw new ArgumentException($"A key has 1 to {MaxKeyLength} characters, not {wrong.Key.Length}.", nameof(records));
        var written = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Enqueue(new JournalWork.Save(records, written));
        // Not on this thread: it may be the node's loop, which waits for no disk.
        await Task.Run(WriteAll, CancellationToken.None).ConfigureAwait(false);
        await written.Task.WaitAsync(cancellation).ConfigureAwait(false);
    }

    /// <summary>
    /// Keeps folded entries, from a height on and in place of whatever is there. They are written soon, in the order of the calls; what a
    /// crash or a full disk takes is read from the ledger again.
    /// </summary>
    public void Mirror(ContractId contract, long from, ImmutableArray<VerifiedEntry> entries)
    {
        lock (line)
        {
            Enqueue(new JournalWork.Mirror(contract, from, entries));
            if (!isDue)
                mirroring.Change(MirrorMilliseconds, Timeout.Infinite);
            isDue = true;
        }
    }

    /// <summary>Writes what waits, and closes the file.</summary>
    public void Dispose()
    {
        lock (line)
        {
            if (isClosed)
                return;
            isClosed = true;
        }

        mirroring.Dispose();
        WriteRest();
        lock (gate)
        {
            statements.Dispose();
            connection.Dispose();
        }
    }

    private JournalContents Load()
    {
        var (records, mirrored) = Read(() => JournalTables.Load(connection, path));
        return new JournalContents(records,
            [.. mirrored.Select(each => new MirroredContract(each.Contract,
                new JournalMirror(each.Count, from => Read(() => JournalTables.Page(connection, path, each.Contract, from)))))]);
    }

    private T Read<T>(Func<T> read)
    {
        try
        {
            lock (gate)
                return read();
        }
        catch (SqliteException e)
        {
            throw new JournalException(StorageException.From(e, path).Message, e);
        }
    }

    private string? FindDamage()
    {
        try
        {
            foreach (var (contract, entries) in Load().Mirror)
                foreach (var (height, entry) in entries.Index())
                    if (IsDamaged(entry))
                        return DamagedAt(contract, height);
            return null;
        }
        catch (JournalException e)
        {
            return e.Message;
        }
    }

    private void Enqueue(JournalWork work)
    {
        lock (line)
        {
            ObjectDisposedException.ThrowIf(isClosed, this);
            waiting.Enqueue(work);
        }
    }

    private void WriteDue()
    {
        lock (line)
            isDue = false;
        WriteAll();
    }

    // A thread that writes may have written a group, and not yet begun with the next one.
    private void WriteRest()
    {
        while (true)
        {
            WriteAll();
            lock (line)
            {
                if (!isWriting && waiting.Count == 0)
                    return;
                if (isWriting)
                    Monitor.Wait(line);
            }
        }
    }

    // Returns at once if another thread writes: it takes what waits here, too.
    private void WriteAll()
    {
        while (true)
        {
            var saves = new List<JournalWork.Save>();
            lock (line)
            {
                if (isWriting || waiting.Count == 0)
                    return;
                isWriting = true;
                for (var taken = 0; taken < MaxGroup && waiting.TryDequeue(out var work); taken++)
                    if (work is JournalWork.Save save)
                        saves.Add(save);
                    else
                        unwritten.Enqueue((JournalWork.Mirror)work);
            }

            try
            {
                Write(saves);
            }
            finally
            {
                lock (line)
                {
                    isWriting = false;
                    Monitor.PulseAll(line);
                }
            }
        }
    }

    // Mirrored entries that could not be written stay in line, since leaving them out would leave a gap. No promise waits for them: what
    // must be saved is then tried alone.
    private void Write(List<JournalWork.Save> saves)
    {
        var trouble = Commit(unwritten, saves);
        if (trouble is null)
            unwritten.Clear();
        else if (unwritten.Count > 0 && saves.Count > 0)
            trouble = Commit([], saves);
        foreach (var save in saves)
            if (trouble is null)
                save.Written.SetResult();
            else
                save.Written.SetException(trouble);
    }

    private JournalException? Commit(IReadOnlyCollection<JournalWork.Mirror> mirrors, List<JournalWork.Save> saves)
    {
        try
        {
            lock (gate)
            {
                // Nobody waits for the mirror: what a crash takes of it is read from the ledger again.
                using var transaction = statements.Begin(sync: saves.Count > 0);
                foreach (var mirror in mirrors)
                    statements.Mirror(transaction, mirror.Contract, mirror.From, mirror.Entries);
                foreach (var record in saves.SelectMany(s => s.Records))
                    statements.Save(transaction, record);
                transaction.Commit();
            }

            return null;
        }
        catch (SqliteException e)
        {
            return new JournalException(StorageException.From(e, path).Message, e);
        }
    }
}
