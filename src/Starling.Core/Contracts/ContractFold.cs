using Starling.Core.Canonical;
using Starling.Core.Identity;
using Starling.Core.Ledger;
using Starling.Core.Tasks;
using Starling.Core.Training;

namespace Starling.Core.Contracts;

/// <summary>Replays a contract of whatever kind: which one it is, its entry 0 tells.</summary>
public static class ContractFold
{
    /// <summary>A contract of which nothing is known yet, not even its kind.</summary>
    public static ContractState Empty(ContractId contract, EntryId founding) => TrainingState.Empty(contract, founding);

    /// <summary>Folds one entry.</summary>
    /// <param name="state">The state before it.</param>
    /// <param name="entry">The entry, with the verdict on its signature.</param>
    /// <param name="certifier">Checks the chains of enrolments.</param>
    /// <returns>The state after it, why it was refused if it was, and how many rounds committed by it.</returns>
    public static (ContractState State, Refusal Refusal, int Commits) Apply(ContractState state, VerifiedEntry entry, ICertifier certifier)
    {
        if (state is { IsFounded: false } and TrainingState && entry.Entry.Id == state.Founding && FoundsRunner(entry.Entry.Body.Payload))
            state = RunnerState.Empty(state.Contract, state.Founding) with { ChainHashes = state.ChainHashes, Ids = state.Ids };
        if (state is RunnerState runner)
        {
            var carried = RunnerFold.Apply(runner, entry, certifier);
            return (carried.State, carried.Refusal, 0);
        }

        var result = TrainingFold.Apply((TrainingState)state, entry, certifier);
        return (result.State, result.Refusal, result.Happenings.Count(happening => happening is Committed));
    }

    private static bool FoundsRunner(ReadOnlyMemory<byte> payload)
    {
        try
        {
            return RunnerEntryCodec.Decode(payload) is FoundRunner;
        }
        catch (CanonicalFormatException)
        {
            return false;
        }
    }
}
