using Starling.Api.Contracts;
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
    // How many replays are kept to go on from.
    private const int MostKept = 1024;

    private readonly SemaphoreSlim turn = new(1);
    private readonly List<ReplayedContract> kept = [];
    private readonly Dictionary<ContractId, ContractSummary> tooLong = [];

    /// <summary>
    /// The most entries that are replayed. All replays that are kept have twice as many together; the one that was wanted least lately
    /// goes first.
    /// </summary>
    public int MostEntries { get; init; } = 200_000;

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
        var replayed = kept.Find(replay => replay.State.Contract == contract);
        try
        {
            // Of one that the node follows, the announced entry 0 alone counts.
            var founding = kernel.State.Find(contract)?.Reference.Founding;
            var known = tooLong.GetValueOrDefault(contract);
            while (true)
            {
                var page = await ledger
                    .ReadAsync(contract, known?.Height ?? replayed?.State.Height ?? 0, LedgerPage.MaxEntries, cancellation)
                    .ConfigureAwait(false);
                if (known is not null)
                    throw TooLong(contract, known, page);
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
                    throw TooLong(contract, ContractView.Summarise(replayed.State, isFollowed: false), page);
            }
        }
        finally
        {
            // Also what was not replayed to its end, since the ledger broke off or the caller would wait no longer: the next goes on there.
            Keep(contract, replayed);
            turn.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => turn.Dispose();

    // It only grows: that it is too long is found out once.
    private TooLongToReplayException TooLong(ContractId contract, ContractSummary known, LedgerPage page)
    {
        tooLong[contract] = known with
        {
            Followed = Follows(contract),
            Stage = ContractStage.Unknown,
            Height = Math.Max(known.Height, page.Height),
        };
        return new TooLongToReplayException(tooLong[contract], MostEntries);
    }

    private void Keep(ContractId contract, ReplayedContract? replayed)
    {
        kept.RemoveAll(replay => replay.State.Contract == contract);
        if (replayed is not null && !tooLong.ContainsKey(contract))
            kept.Add(replayed);
        while (kept.Count > MostKept || kept.Sum(replay => replay.State.Height) > 2L * MostEntries)
            kept.RemoveAt(0);
    }
}
