using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Starling.Core.Identity;
using Starling.Core.Kernel;
using Starling.Core.Ledger;
using Starling.Core.Ledger.Model;

namespace Starling.Ledgers.Tests;

/// <summary>The model behind the interface of a backend; its time stands still.</summary>
internal sealed class ModelLedger(ModelLedger.Store store) : ILedger
{
    private readonly CancellationTokenSource closing = new();

    public string Name => "model";

    public bool TellsAtOnce => false;

    public Task<AppendAnswer> AppendAsync(IReadOnlyList<SignedEntry> entries, CancellationToken cancellation)
    {
        ObjectDisposedException.ThrowIf(closing.IsCancellationRequested, this);
        return Task.FromResult(new AppendAnswer(store.Append(entries)));
    }

    public Task<LedgerPage> ReadAsync(ContractId contract, long from, int limit, CancellationToken cancellation)
    {
        ObjectDisposedException.ThrowIf(closing.IsCancellationRequested, this);
        return Task.FromResult(store.Read(contract, from, limit) ?? throw new LedgerUnavailableException("The model does not answer."));
    }

    public async IAsyncEnumerable<ContractId> WatchAsync([EnumeratorCancellation] CancellationToken cancellation)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellation, closing.Token);
        var hints = store.Watch();
        using var stop = ended.Token.Register(() => hints.Writer.TryComplete());
        await foreach (var contract in hints.Reader.ReadAllAsync(CancellationToken.None))
            yield return contract;
    }

    public async ValueTask DisposeAsync() => await closing.CancelAsync();

    internal sealed class Store
    {
        private readonly LedgerModel model = new(LedgerFaults.None, new SeededRandom(1), TestAuthor.Verify);
        private readonly Lock gate = new();
        private readonly SortedSet<ContractId> known = [];
        private readonly List<Channel<ContractId>> watchers = [];

        public AppendOutcome Append(IReadOnlyList<SignedEntry> entries)
        {
            lock (gate)
            {
                var outcome = model.Append([.. entries], Instant.Zero);
                foreach (var contract in model.TakeChanged(Instant.Zero))
                {
                    known.Add(contract);
                    watchers.ForEach(w => w.Writer.TryWrite(contract));
                }

                return outcome;
            }
        }

        public LedgerPage? Read(ContractId contract, long from, int limit)
        {
            lock (gate)
                return model.Read(contract, from, limit, Instant.Zero);
        }

        public Channel<ContractId> Watch()
        {
            lock (gate)
            {
                var hints = Channel.CreateUnbounded<ContractId>();
                foreach (var contract in known)
                    hints.Writer.TryWrite(contract);
                watchers.Add(hints);
                return hints;
            }
        }
    }
}
