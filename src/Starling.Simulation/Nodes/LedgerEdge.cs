using Starling.Core.Kernel;
using Starling.Core.Ledger;

namespace Starling.Simulation.Nodes;

/// <summary>Signs, appends and reads. An append waits for the saves that it names.</summary>
internal sealed class LedgerEdge(SimulatedProcess process, SeededRandom random)
{
    private readonly SortedSet<OperationId> durable = [];
    private readonly List<AppendEntry> waiting = [];

    public void Carry(Effect effect)
    {
        switch (effect)
        {
            case Sign sign:
                var signature = process.World.Keys.Sign(process.Node.Identity.Key, sign.Bytes.AsSpan());
                process.Complete(TimeSpan.FromMilliseconds(0.2), new Signed(sign.Id, [.. signature]));
                break;
            case AppendEntry append when append.After.All(durable.Contains):
                Append(append);
                break;
            case AppendEntry append:
                waiting.Add(append);
                break;
            case ReadLedger read:
                process.Later(Travel(), () => Read(read));
                break;
        }
    }

    /// <summary>A save is on disk: what waited for it may go.</summary>
    public void IsDurable(OperationId save)
    {
        durable.Add(save);
        for (var i = 0; i < waiting.Count; i++)
        {
            if (!waiting[i].After.All(durable.Contains))
                continue;
            Append(waiting[i]);
            waiting.RemoveAt(i--);
        }
    }

    private void Append(AppendEntry append)
    {
        if (!process.IsOpen(append.Id))
            return;
        process.World.Sent(process.Node, append);
        Count(append.Entry);
        process.Node.Liar?.Accompany(append.Entry);
        process.Later(Travel(), () =>
        {
            var outcome = process.Node.Ledger.Writes ? process.World.Ledger.Append(append.Entry) : AppendOutcome.Unavailable;
            process.Complete(Travel(), new AppendDone(append.Id, outcome));
        });
    }

    private void Read(ReadLedger read)
    {
        var page = process.Node.Ledger.Reads ? process.World.Ledger.Read(read.Contract, read.From) : null;
        foreach (var entry in page?.Entries ?? [])
            Count(entry.Entry);
        process.Complete(Travel(), page is null ? new LedgerReadFailed(read.Id, "no answer") : new LedgerRead(read.Id, page));
    }

    private void Count(SignedEntry entry) => process.World.Counts.Add(StormCounts.ProtocolBytes, entry.Encode().Length);

    private TimeSpan Travel() => random.Between(TimeSpan.FromMilliseconds(0.5), TimeSpan.FromMilliseconds(30));
}
