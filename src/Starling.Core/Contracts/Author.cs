using Starling.Core.Identity;

namespace Starling.Core.Contracts;

/// <summary>What the fold keeps of whoever may author entries.</summary>
/// <param name="Key">The key that its entries must carry.</param>
/// <param name="Incarnation">Its current incarnation, from 1.</param>
/// <param name="Sequence">The last sequence number that it used in this incarnation; 0 before the first.</param>
/// <param name="IsAdmin">Whether it may change settings and membership.</param>
/// <param name="Standing">Whether it is a member.</param>
/// <param name="LeaderEligible">Whether it may lead.</param>
public sealed record Author(PublicKey Key, long Incarnation, long Sequence, bool IsAdmin, Standing Standing, bool LeaderEligible)
{
    /// <summary>
    /// Whether it may have what was committed: whoever left still gets the merges that its data is in. An admin is no member by that.
    /// </summary>
    public bool MayHaveMerges =>
        Standing is Standing.Member or Standing.Joining or Standing.Leaving || (Standing == Standing.Outside && !IsAdmin);
}
