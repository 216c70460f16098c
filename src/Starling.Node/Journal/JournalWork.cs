using System.Collections.Immutable;
using Starling.Core.Identity;
using Starling.Core.Kernel;
using Starling.Core.Ledger;

namespace Starling.Node.Journal;

/// <summary>What waits to be written to a journal.</summary>
internal abstract record JournalWork
{
    /// <summary>Records, and who waits for them.</summary>
    public sealed record Save(IReadOnlyList<JournalRecord> Records, TaskCompletionSource Written) : JournalWork;

    /// <summary>Entries to mirror, for which nobody waits.</summary>
    public sealed record Mirror(ContractId Contract, long From, ImmutableArray<VerifiedEntry> Entries) : JournalWork;
}
