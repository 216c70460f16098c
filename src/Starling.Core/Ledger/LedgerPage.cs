using System.Collections.Immutable;
using Starling.Core.Identity;

namespace Starling.Core.Ledger;

/// <summary>A run of a contract's final entries.</summary>
/// <param name="Contract">The contract.</param>
/// <param name="From">The height of the first entry of the page.</param>
/// <param name="Entries">The entries at From, From + 1, ...; empty if there are none yet.</param>
/// <param name="Height">How many entries the backend has of this contract, as far as it knows. A stale answer is allowed.</param>
public sealed record LedgerPage(ContractId Contract, long From, ImmutableArray<VerifiedEntry> Entries, long Height)
{
    /// <summary>The most entries of a page, and of one append.</summary>
    public const int MaxEntries = 512;

    /// <summary>How many bytes of entries a page carries, unless its first entry alone has more.</summary>
    public const int MaxBytes = 8 << 20;
}
