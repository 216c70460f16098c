using System.Collections.Immutable;
using Starling.Core.Training;

namespace Starling.Simulation.Exploration;

/// <summary>A state of the fold and of those who append to it.</summary>
/// <param name="Fold">The production fold's state.</param>
/// <param name="Members">What each member has beyond the ledger, in the order of the members. A Byzantine one needs nothing.</param>
/// <param name="FaultsLeft">How many deaths or lost disks may still come.</param>
internal sealed record FoldWorld(TrainingState Fold, ImmutableArray<FoldMember> Members, int FaultsLeft)
{
    /// <summary>With one member changed.</summary>
    public FoldWorld With(int member, Func<FoldMember, FoldMember> change) =>
        this with { Members = Members.SetItem(member, change(Members[member])) };
}
