using Starling.Core.Ledger;
using Starling.Core.Training;

namespace Starling.Simulation.Exploration;

/// <summary>What an honest member has beyond the ledger.</summary>
internal sealed record FoldMember
{
    /// <summary>A member at the beginning.</summary>
    public static FoldMember Fresh { get; } = new();

    /// <summary>Whether it has died for good.</summary>
    public bool IsDead { get; init; }

    /// <summary>Whether it lost its disk and has not said so yet.</summary>
    public bool HasLostDisk { get; init; }

    /// <summary>Whether it holds its own update of the round.</summary>
    public bool HasUpdate { get; init; }

    /// <summary>The merge that it saved last, and for which proposal.</summary>
    public HeldMerge? Held { get; init; }

    /// <summary>Its one entry that is under way.</summary>
    public UnderWay? Entry { get; init; }

    /// <summary>A vote of an earlier opening that is still under way, where members append before they have read back.</summary>
    public UnderWay? Earlier { get; init; }

    /// <summary>Whether it can act.</summary>
    public bool IsLive => !IsDead && !HasLostDisk;
}

/// <summary>An entry that may land in the ledger at any moment from now on.</summary>
internal sealed record UnderWay(TrainingEntry Entry, SignedEntry Signed);

/// <summary>A merge that a member saved before it voted.</summary>
internal sealed record HeldMerge(long Round, long Opening, long Term, MergeClaim Claim);
