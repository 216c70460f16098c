using Starling.Core.Canonical;
using Starling.Core.Contracts;
using Starling.Core.Identity;
using Starling.Core.Ledger;
using Starling.Core.Tasks;
using Starling.Core.Training;

namespace Starling.Daemon.Http.Contracts;

/// <summary>Folds a contract of whichever kind: its entry 0 says which.</summary>
internal static class AnyContract
{
    /// <summary>A contract before its entry 0.</summary>
    /// <param name="first">Entry 0, which is believed to be the founding one.</param>
    public static ContractState Begin(SignedEntry first) => IsRunner(first.Body.Payload)
        ? RunnerState.Empty(first.Body.Contract, first.Id)
        : TrainingState.Empty(first.Body.Contract, first.Id);

    /// <summary>Folds one entry.</summary>
    /// <returns>The state after it, and what became of it.</returns>
    public static (ContractState State, Refusal Refusal) Apply(ContractState state, VerifiedEntry entry, ICertifier certifier)
    {
        if (state is RunnerState runner)
        {
            var folded = RunnerFold.Apply(runner, entry, certifier);
            return (folded.State, folded.Refusal);
        }

        var result = TrainingFold.Apply((TrainingState)state, entry, certifier);
        return (result.State, result.Refusal);
    }

    /// <summary>Whether a payload founds a contract of some kind.</summary>
    public static bool Founds(ReadOnlyMemory<byte> payload) => IsRunner(payload) || Decode(payload) is Found;

    /// <summary>A training contract's entry; null if the payload is none.</summary>
    public static TrainingEntry? Decode(ReadOnlyMemory<byte> payload)
    {
        try
        {
            return TrainingEntryCodec.Decode(payload);
        }
        catch (CanonicalFormatException)
        {
            return null;
        }
    }

    private static bool IsRunner(ReadOnlyMemory<byte> payload)
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
