using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using Starling.Core.Identity;
using Starling.Core.Ledger;
using Starling.Ledgers.Etcd.Wire;

namespace Starling.Ledgers.Etcd;

/// <summary>
/// Appends to a ledger in etcd. A transaction holds only if the contract's head is the one that is known here; then it writes the entries
/// behind it, their marks, and the new head. If the head is another one, or an entry is stored already, it tells which, and the next try
/// knows it. One of those who try always wins, and the others pause for a random time: nobody waits for ever.
/// </summary>
/// <param name="client">Asks the members.</param>
/// <param name="keys">Where things lie.</param>
internal sealed class EtcdAppender(EtcdClient client, EtcdKeys keys)
{
    // Each entry needs two of the 128 operations that etcd takes, and two of as many conditions; the head needs one.
    private const int MaxEntries = 63;

    private static readonly TimeSpan BusyLimit = TimeSpan.FromSeconds(10);

    private readonly ConcurrentDictionary<ContractId, EtcdHead> heads = [];

    /// <summary>Takes in what was read of a head: the next try begins with it.</summary>
    public void Learn(ContractId contract, EtcdHead head) =>
        heads.AddOrUpdate(contract, head, (_, known) => known.Revision > head.Revision ? known : head);

    /// <summary>Appends entries in order, those of one contract by as few transactions as etcd's bounds allow.</summary>
    public async Task<AppendAnswer> AppendAsync(IReadOnlyList<SignedEntry> entries, CancellationToken cancellation)
    {
        var isBegun = false;
        try
        {
            foreach (var contract in entries.GroupBy(entry => entry.Body.Contract))
                foreach (var batch in contract.DistinctBy(entry => entry.StoredDigest).Chunk(MaxEntries))
                {
                    await AppendBatchAsync(contract.Key, batch, cancellation).ConfigureAwait(false);
                    isBegun = true;
                }

            return new AppendAnswer(AppendOutcome.Appended);
        }
        catch (EtcdException e)
        {
            return new AppendAnswer(isBegun || e.MayBeDone ? AppendOutcome.Unknown : AppendOutcome.Unavailable, e.Message);
        }
    }

    private async Task AppendBatchAsync(ContractId contract, IReadOnlyList<SignedEntry> batch, CancellationToken cancellation)
    {
        List<(Digest Digest, byte[] Stored)> missing = [.. batch.Select(entry => (entry.StoredDigest, entry.Encode()))];
        foreach (var (digest, stored) in missing.Where(entry => entry.Stored.Length > EtcdValue.MaxWhole))
            await SavePartsAsync(contract, digest, stored, cancellation).ConfigureAwait(false);
        var began = Stopwatch.GetTimestamp();
        for (var tries = 0; missing.Count > 0; tries++)
        {
            var head = heads.GetValueOrDefault(contract);
            var answer = await AskAsync(Transaction(contract, head, missing), cancellation).ConfigureAwait(false);
            if (answer.Succeeded)
            {
                Learn(contract, new EtcdHead(head.Height + missing.Count, answer.Header!.Revision));
                return;
            }

            if (EtcdHead.Of(answer.Pairs(0)) is not { } found)
                throw Changed(contract, "the contract's height is no height");
            heads[contract] = found;
            var before = missing.Count;
            missing = [.. missing.Where((_, i) => answer.Pairs(1 + i).Count == 0)];
            if (found == head && missing.Count == before)
                throw Changed(contract,
                    string.Create(CultureInfo.InvariantCulture,
                        $"there are entries at height {head.Height} or above, where none should be yet"));
            if (Stopwatch.GetElapsedTime(began) > BusyLimit)
                throw new EtcdException(EtcdFault.Unanswered,
                    $"Others append to contract '{contract}' without a pause, and this node found no gap within {BusyLimit.TotalSeconds:0} s; it tries again.");
            if (tries > 0)
                await Task.Delay(EtcdClient.Pause(tries - 1), cancellation).ConfigureAwait(false);
        }
    }

    private EtcdTransaction Transaction(ContractId contract, EtcdHead head, List<(Digest Digest, byte[] Stored)> missing)
    {
        var headKey = keys.Head(contract);
        List<EtcdCompare> conditions = [new(headKey, head.Revision)];
        List<EtcdOperation> writes = [new(RequestPut: new EtcdPut(headKey, EtcdHead.Encode(head.Height + missing.Count)))];
        List<EtcdOperation> reads = [new(new EtcdRange(headKey))];
        foreach (var (place, (digest, stored)) in missing.Index())
        {
            byte[] mark = keys.Mark(contract, digest), entry = keys.Entry(contract, head.Height + place);
            conditions.AddRange([new(mark, 0), new(entry, 0)]);
            writes.AddRange([new(RequestPut: new EtcdPut(entry, EtcdValue.Encode(stored, digest))),
                new(RequestPut: new EtcdPut(mark, EtcdHead.Encode(head.Height + place)))]);
            reads.Add(new(new EtcdRange(mark)));
        }

        return new EtcdTransaction(conditions, writes, reads);
    }

    // Parts lie under the digest of the whole, so that it does not matter who wrote them, or whether the entry came after.
    private async Task SavePartsAsync(ContractId contract, Digest digest, byte[] stored, CancellationToken cancellation)
    {
        foreach (var (place, part) in stored.Chunk(EtcdValue.PartBytes).Index())
        {
            var key = keys.Part(contract, digest, place);
            await AskAsync(new EtcdTransaction([new(key, 0)], [new(RequestPut: new EtcdPut(key, part))], []), cancellation)
                .ConfigureAwait(false);
        }
    }

    private Task<EtcdTransactionAnswer> AskAsync(EtcdTransaction transaction, CancellationToken cancellation) =>
        client.AskAsync("v3/kv/txn", transaction, EtcdJson.Default.EtcdTransaction, EtcdJson.Default.EtcdTransactionAnswer, cancellation);

    private static EtcdException Changed(ContractId contract, string what) => new(
        EtcdFault.Unexpected,
        $"Somebody changed what the ledger's etcd holds of contract '{contract}': {what}; find out who, restore a snapshot of a member from before, and restart the nodes (docs/ledgers.md).");
}
