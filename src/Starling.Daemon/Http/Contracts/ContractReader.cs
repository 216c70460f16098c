using Starling.Core.Contracts;
using Starling.Core.Identity;
using Starling.Core.Ledger;
using Starling.Ledgers;
using Starling.Node.Loop;

namespace Starling.Daemon.Http.Contracts;

/// <summary>
/// Gives any contract on the ledger: one that the node follows as it folded it, another as replayed. Replays go on where they stood, one at
/// a time; how long they are and how many are kept is bounded.
/// </summary>
/// <param name="kernel">What the node folded.</param>
/// <param name="ledger">The ledger.</param>
internal sealed class ContractReader(KernelDriver kernel, ILedger ledger) : IDisposable
{
    /// <summary>The most entries that are replayed.</summary>
    public const int MostEntries = 200_000;

    /// <summary>
    /// How many replays are kept to go on from, and how many entries they have together; the one that was wanted least lately goes first.
    /// </summary>
    private const int MostKept = 1024, MostEntriesKept = 2 * MostEntries;

    private readonly SemaphoreSlim turn = new(1);
    private readonly List<ReplayedContract> kept = [];

    /// <summary>Whether the node follows a contract.</summary>
    public bool Follows(ContractId contract) => kernel.State.Find(contract) is not null;

    /// <summary>The contract; null if the ledger has no entry of it.</summary>
    /// <exception cref="LedgerException">The ledger does not answer.</exception>
    /// <exception cref="TooLongToReplayException">The node does not follow it, and it is too long.</exception>
    public async Task<ContractState?> FindAsync(ContractId contract, CancellationToken cancellation) =>
        kernel.State.Find(contract) is { Folded: var folded }
            ? folded
            : (await ReplayAsync(contract, cancellation).ConfigureAwait(false))?.State;

    /// <summary>The contract replayed from the ledger, whether the node follows it or not; null if the ledger has no entry of it.</summary>
    /// <exception cref="LedgerException">The ledger does not answer.</exception>
    /// <exception cref="TooLongToReplayException">It is too long.</exception>
    public async Task<ReplayedContract?> ReplayAsync(ContractId contract, CancellationToken cancellation)
    {
        await turn.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            var at = kept.Find(replay => replay.State.Contract == contract);
            if (at is not null)
                kept.Remove(at);
            var replayed = await GoOnAsync(contract, at, cancellation).ConfigureAwait(false);
            if (replayed is not null)
                kept.Add(replayed);
            while (kept.Count > MostKept || kept.Sum(replay => replay.State.Height) > MostEntriesKept)
                kept.RemoveAt(0);
            return replayed;
        }
        finally
        {
            turn.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => turn.Dispose();

    private async Task<ReplayedContract?> GoOnAsync(ContractId contract, ReplayedContract? replayed, CancellationToken cancellation)
    {
        // Of one that the node follows, the announced entry 0 alone counts.
        var founding = kernel.State.Find(contract)?.Reference.Founding;
        while (true)
        {
            var page =
                await ledger.ReadAsync(contract, replayed?.State.Height ?? 0, LedgerPage.MaxEntries, cancellation).ConfigureAwait(false);
            foreach (var entry in page.Entries)
            {
                replayed ??= ReplayedContract.Begin(entry.Entry);
                if (founding is { } announced && replayed.State.Founding != announced)
                    replayed = replayed with { State = replayed.State with { Founding = announced } };
                replayed = replayed.After(entry, kernel.State.Certifier);
            }

            if (page.Entries.IsEmpty)
                return replayed;
            if (replayed!.State.Height > MostEntries)
                throw new TooLongToReplayException(contract);
        }
    }
}
