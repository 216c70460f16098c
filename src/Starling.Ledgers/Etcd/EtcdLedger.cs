using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Starling.Core.Identity;
using Starling.Core.Ledger;
using Starling.Ledgers.Etcd.Wire;

namespace Starling.Ledgers.Etcd;

/// <summary>
/// The ledger of several organisations: an etcd cluster (v3.4 or later), of which each runs a member, so that a minority of them may be
/// lost. It is reached through etcd's JSON gateway. An entry is final once a majority of members has stored it (Raft; Ongaro and
/// Ousterhout, 2014). Whoever may write to etcd could also change what is there; nodes notice by their mirrors.
/// </summary>
public sealed class EtcdLedger : ILedger
{
    private readonly EtcdClient client;
    private readonly EtcdKeys keys;
    private readonly EtcdReader reader;
    private readonly EtcdAppender appender;
    private readonly EntryVerifier verifier = new();
    private readonly SemaphoreSlim writing = new(1);
    private readonly CancellationTokenSource closing = new();

    private EtcdLedger(EtcdOptions options)
    {
        (client, keys) = (new EtcdClient(options), new EtcdKeys(options.Prefix));
        (reader, appender) = (new EtcdReader(client, keys), new EtcdAppender(client, keys));
    }

    /// <inheritdoc/>
    public string Name => "etcd";

    /// <inheritdoc/>
    public bool TellsAtOnce => false;

    /// <summary>Prepares to reach a ledger. No member is asked yet, and none need be up.</summary>
    /// <exception cref="ArgumentException">The options cannot be used.</exception>
    /// <exception cref="LedgerUnavailableException">The certificates cannot be read.</exception>
    public static EtcdLedger Open(EtcdOptions options)
    {
        options.Check();
        return new EtcdLedger(options);
    }

    /// <inheritdoc/>
    public async Task<AppendAnswer> AppendAsync(IReadOnlyList<SignedEntry> entries, CancellationToken cancellation)
    {
        if (entries.Count > LedgerPage.MaxEntries)
            throw new ArgumentException($"At most {LedgerPage.MaxEntries} entries are appended at once, not {entries.Count}.",
                nameof(entries));
        using var ended = Ended(cancellation);

        // One after another: appends of one node would only get in each other's way.
        await writing.WaitAsync(ended.Token).ConfigureAwait(false);
        try
        {
            return await appender.AppendAsync(entries, ended.Token).ConfigureAwait(false);
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
        using var ended = Ended(cancellation);
        try
        {
            var (entries, head) =
                await reader.ReadAsync(contract, from, Math.Min(limit, LedgerPage.MaxEntries), ended.Token).ConfigureAwait(false);
            appender.Learn(contract, head);
            return new LedgerPage(contract, from, verifier.Verify(entries), head.Height);
        }
        catch (EtcdException e)
        {
            throw e.AsUnavailable();
        }
    }

    /// <summary>Every contract that has entries, by name.</summary>
    /// <exception cref="LedgerUnavailableException">No member answers.</exception>
    public async Task<ImmutableSortedSet<ContractId>> ContractsAsync(CancellationToken cancellation)
    {
        using var ended = Ended(cancellation);
        using var watcher = new EtcdWatcher(client, keys);
        try
        {
            return [.. (await watcher.ListAsync(ended.Token).ConfigureAwait(false)).Changed];
        }
        catch (EtcdException e)
        {
            throw e.AsUnavailable();
        }
    }

    /// <summary>Asks whether members that are a majority can be reached.</summary>
    /// <exception cref="LedgerUnavailableException">They cannot; the message says why.</exception>
    public async Task CheckAsync(CancellationToken cancellation)
    {
        using var ended = Ended(cancellation);
        try
        {
            await client
                .AskAsync("v3/kv/range", new EtcdRange(keys.Heads, KeysOnly: true), EtcdJson.Default.EtcdRange,
                    EtcdJson.Default.EtcdRangeAnswer, ended.Token).ConfigureAwait(false);
        }
        catch (EtcdException e)
        {
            throw e.AsUnavailable();
        }
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<ContractId> WatchAsync([EnumeratorCancellation] CancellationToken cancellation)
    {
        using var ended = Ended(cancellation);
        using var watcher = new EtcdWatcher(client, keys);
        while (await watcher.NextAsync(ended.Token).ConfigureAwait(false) is { } changed)
            foreach (var contract in changed)
                yield return contract;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (closing.IsCancellationRequested)
            return;
        await closing.CancelAsync().ConfigureAwait(false);
        await writing.WaitAsync().ConfigureAwait(false);
        client.Dispose();
        verifier.Dispose();
        writing.Release();
    }

    private CancellationTokenSource Ended(CancellationToken cancellation)
    {
        ObjectDisposedException.ThrowIf(closing.IsCancellationRequested, this);
        return CancellationTokenSource.CreateLinkedTokenSource(cancellation, closing.Token);
    }
}
