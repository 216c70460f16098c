using Starling.Core.Identity;
using Starling.Core.Ledger;

namespace Starling.Ledgers;

/// <summary>
/// A ledger's backend: it orders signed entries, a contract at a time, and stores each of them once. It judges nothing: what an entry
/// means, and whether its author may say it, the fold decides. Every backend behaves within <see cref="Core.Ledger.Model.LedgerModel"/>.
/// All members may be called from several threads at once.
/// </summary>
public interface ILedger : IAsyncDisposable
{
    /// <summary>The backend's name: <c>embedded</c>, <c>etcd</c>, <c>ethereum</c>.</summary>
    string Name { get; }

    /// <summary>
    /// Whether <see cref="WatchAsync"/> tells of an entry as soon as it is final, also in other processes: nodes then
    /// need not tell each other.
    /// </summary>
    bool TellsAtOnce { get; }

    /// <summary>
    /// Appends entries in order. The same stored bytes are stored once, however often they are sent. An outage is an
    /// outcome, not an exception.
    /// </summary>
    /// <param name="entries">At most <see cref="LedgerPage.MaxEntries"/>.</param>
    /// <param name="cancellation">Stops waiting; the entries may be stored nevertheless.</param>
    /// <exception cref="ArgumentException">There are too many entries.</exception>
    Task<AppendAnswer> AppendAsync(IReadOnlyList<SignedEntry> entries, CancellationToken cancellation);

    /// <summary>Reads final entries, with the verdict on each signature. An unknown contract has none.</summary>
    /// <param name="contract">The contract.</param>
    /// <param name="from">The height to read from, 0 or more.</param>
    /// <param name="limit">How many entries at most, 1 or more. A page also keeps the bounds of <see cref="LedgerPage"/>.</param>
    /// <param name="cancellation">Stops waiting.</param>
    /// <exception cref="LedgerUnavailableException">The backend does not answer; try again.</exception>
    /// <exception cref="LedgerCorruptException">What is stored is no entry of this contract; trying again does not help.</exception>
    Task<LedgerPage> ReadAsync(ContractId contract, long from, int limit, CancellationToken cancellation);

    /// <summary>
    /// Hints that a contract has new entries. It begins with every contract that has any, and then names each whose height has grown;
    /// changes that pile up are joined. Ends when it is cancelled, or the ledger is disposed.
    /// </summary>
    IAsyncEnumerable<ContractId> WatchAsync(CancellationToken cancellation);
}
