using System.Globalization;
using Starling.Core.Identity;
using Starling.Core.Ledger;
using Starling.Ledgers.Etcd.Wire;

namespace Starling.Ledgers.Etcd;

/// <summary>Reads pages of a ledger in etcd. May be used by several threads.</summary>
/// <param name="client">Asks the members.</param>
/// <param name="keys">Where things lie.</param>
internal sealed class EtcdReader(EtcdClient client, EtcdKeys keys)
{
    // How many entries the link bears in one answer, as far as is known. Threads may overwrite each other's guess: it is one.
    private volatile int mostAtOnce = LedgerPage.MaxEntries;

    /// <summary>Reads entries, within the bounds of a page, and the head as of the same moment.</summary>
    /// <exception cref="EtcdException">No member answers.</exception>
    /// <exception cref="LedgerCorruptException">What is stored is no entry of this contract.</exception>
    public async Task<(List<SignedEntry> Entries, EtcdHead Head)> ReadAsync(ContractId contract, long from, int limit,
        CancellationToken cancellation)
    {
        for (limit = Math.Min(limit, mostAtOnce); ; limit = Math.Max(1, limit / 8))
            try
            {
                var page = await ReadPageAsync(contract, from, limit, cancellation).ConfigureAwait(false);
                mostAtOnce = Math.Min(2 * mostAtOnce, LedgerPage.MaxEntries);
                return page;
            }
            catch (EtcdException e) when (e.Fault == EtcdFault.AnswerTooLarge)
            {
                // No value that Starling wrote is so large. One by one they show which.
                if (limit == 1)
                    throw Corrupt(contract, from, LedgerFault.Undecodable, e);
            }
            catch (EtcdException e) when (e.Fault == EtcdFault.AnswerTooSlow && limit > 1)
            {
                mostAtOnce = Math.Max(1, limit / 8);
            }
    }

    private async Task<(List<SignedEntry> Entries, EtcdHead Head)> ReadPageAsync(ContractId contract, long from, int limit,
        CancellationToken cancellation)
    {
        var last = from > long.MaxValue - limit ? long.MaxValue : from + limit;
        var page = new EtcdRange(keys.Entry(contract, from), keys.Entry(contract, last), limit);
        var answer = await client.AskAsync(
            "v3/kv/txn", new EtcdTransaction([], [new EtcdOperation(new EtcdRange(keys.Head(contract))), new EtcdOperation(page)], []),
            EtcdJson.Default.EtcdTransaction, EtcdJson.Default.EtcdTransactionAnswer, cancellation).ConfigureAwait(false);
        if (EtcdHead.Of(answer.Pairs(0)) is not { } head)
            throw new LedgerCorruptException(
                $"What the ledger's etcd holds as the height of contract '{contract}' is no height; restore a snapshot of a member from before it was changed, and restart the nodes (docs/ledgers.md).", contract, null, LedgerFault.Undecodable);
        return (await EntriesAsync(contract, from, Math.Min(limit, head.Height - from), answer.Pairs(1),
            cancellation).ConfigureAwait(false), head);
    }

    private async Task<List<SignedEntry>> EntriesAsync(ContractId contract, long from, long count, IReadOnlyList<EtcdPair> pairs,
        CancellationToken cancellation)
    {
        var entries = new List<SignedEntry>();
        for (long bytes = 0; entries.Count < count;)
        {
            var at = from + entries.Count;
            if (entries.Count == pairs.Count || !keys.Entry(contract, at).AsSpan().SequenceEqual(pairs[entries.Count].Key))
                throw Corrupt(contract, at, LedgerFault.Gap);
            var value = pairs[entries.Count].Value ?? [];
            var isInParts = EtcdValue.TryParts(value, out var digest, out var length);
            if (!EtcdValue.TryWhole(value, out var stored) && !isInParts)
                throw Corrupt(contract, at, LedgerFault.Undecodable);
            bytes += isInParts ? length : stored.Length;
            if (entries.Count > 0 && bytes > LedgerPage.MaxBytes)
                break;
            var whole = isInParts ? await PartsAsync(contract, at, digest, length, cancellation).ConfigureAwait(false) : stored;
            entries.Add(StoredEntry.Decode(contract, whole, out var wrong) ?? throw Corrupt(contract, at, wrong.Fault, wrong.Cause));
        }

        return entries;
    }

    private async Task<byte[]> PartsAsync(ContractId contract, long at, Digest digest, int length, CancellationToken cancellation)
    {
        // One by one: the fewer bytes an answer has, the slower the link may be.
        using var stored = new MemoryStream(length);
        for (var part = 0; stored.Length < length; part++)
        {
            var answer = await client.AskAsync(
                "v3/kv/range", new EtcdRange(keys.Part(contract, digest, part)), EtcdJson.Default.EtcdRange,
                EtcdJson.Default.EtcdRangeAnswer, cancellation).ConfigureAwait(false);
            if (answer.Kvs is not [{ Value: { Length: > 0 and <= EtcdValue.PartBytes } value }])
                throw Corrupt(contract, at, LedgerFault.Undecodable);
            stored.Write(value);
        }

        var bytes = stored.ToArray();
        return bytes.Length == length && Digest.Of(bytes) == digest ? bytes : throw Corrupt(contract, at, LedgerFault.Undecodable);
    }

    private static LedgerCorruptException Corrupt(ContractId contract, long height, LedgerFault fault, Exception? inner = null) => new(
        string.Create(CultureInfo.InvariantCulture,
            $"What the ledger's etcd holds of contract '{contract}' at height {height} is no entry of it ({fault}): somebody changed it; find out who, restore a snapshot of a member from before, and restart the nodes (docs/ledgers.md)."),
        contract, height, fault, inner);
}
