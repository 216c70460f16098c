using System.Collections.Immutable;
using Starling.Core.Contracts;

namespace Starling.Core.Ledger;

/// <summary>What a replay of a stored history found.</summary>
/// <param name="Finding">The first fault, or null if there is none. Nothing behind it counts.</param>
/// <param name="State">The contract's state before the fault, or at the end.</param>
/// <param name="Refused">How many entries the fold refused, by reason.</param>
/// <param name="Commits">How many rounds committed; none of a task runner.</param>
public sealed record LedgerVerdict(LedgerFinding? Finding, ContractState State, ImmutableSortedDictionary<Refusal, long> Refused,
    long Commits)
{
    /// <summary>How many entries were replayed.</summary>
    public long Entries => State.Height;
}
