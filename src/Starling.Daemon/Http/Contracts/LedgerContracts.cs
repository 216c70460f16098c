using System.Collections.Immutable;
using Starling.Core.Identity;

namespace Starling.Daemon.Http.Contracts;

/// <summary>
/// The names of the contracts on the ledger, as far as the node has heard. Anyone may append under any name, so their number is
/// bounded. For several threads.
/// </summary>
internal sealed class LedgerContracts
{
    /// <summary>How many names are kept; those that come later are not.</summary>
    public const int MostNames = 10_000;

    private ImmutableSortedSet<ContractId> names = [];

    /// <summary>The names, sorted.</summary>
    public ImmutableSortedSet<ContractId> Names => Volatile.Read(ref names);

    /// <summary>Takes note of a name.</summary>
    public void Note(ContractId contract) =>
        ImmutableInterlocked.Update(ref names, known => known.Count < MostNames ? known.Add(contract) : known);
}
