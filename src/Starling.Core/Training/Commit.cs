using System.Collections.Immutable;
using Starling.Core.Identity;

namespace Starling.Core.Training;

/// <summary>A committed round. It is never rolled back.</summary>
/// <param name="Round">The round.</param>
/// <param name="Opening">The opening that committed it.</param>
/// <param name="Term">The term that committed it.</param>
/// <param name="Leader">Who led that term.</param>
/// <param name="Merge">The merge and whose updates are in it.</param>
/// <param name="Holders">Who voted for it, and so held it.</param>
/// <param name="Named">Who voted for another merge.</param>
/// <param name="Height">How many entries stood before the one that committed it.</param>
public sealed record Commit(
    long Round, long Opening, long Term, NodeId Leader, MergeClaim Merge, ImmutableArray<NodeId> Holders, ImmutableArray<NodeId> Named,
    long Height)
{
    /// <summary>
    /// The pace that the round had, for an admin that takes the commit back. It follows from the entries before, as all else here, and is
    /// not part of the state's digest.
    /// </summary>
    public required SyncPace PaceBefore { get; init; }
}
