using System.Runtime.CompilerServices;
using Starling.Core.Identity;
using Starling.Core.Ledger;
using Starling.Ledgers;

namespace Starling.Daemon.Http.Contracts;

/// <summary>
/// A ledger whose contracts are noted as the node's one watch of it tells of them, so that listing them needs no second one.
/// </summary>
/// <param name="ledger">The backend; disposed with this.</param>
/// <param name="contracts">Where they are noted.</param>
internal sealed class NotedLedger(ILedger ledger, LedgerContracts contracts) : ILedger
{
    /// <inheritdoc/>
    public string Name => ledger.Name;

    /// <inheritdoc/>
    public bool TellsAtOnce => ledger.TellsAtOnce;

    /// <inheritdoc/>
    public Task<AppendAnswer> AppendAsync(IReadOnlyList<SignedEntry> entries, CancellationToken cancellation) =>
        ledger.AppendAsync(entries, cancellation);

    /// <inheritdoc/>
    public Task<LedgerPage> ReadAsync(ContractId contract, long from, int limit, CancellationToken cancellation) =>
        ledger.ReadAsync(contract, from, limit, cancellation);

    /// <inheritdoc/>
    public async IAsyncEnumerable<ContractId> WatchAsync([EnumeratorCancellation] CancellationToken cancellation)
    {
        await foreach (var contract in ledger.WatchAsync(cancellation).ConfigureAwait(false))
        {
            contracts.Note(contract);
            yield return contract;
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => ledger.DisposeAsync();
}
