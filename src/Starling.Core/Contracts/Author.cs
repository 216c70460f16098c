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
    /// <summary>Whether it is a member.</summary>
    public Standing Standing
    {
        get;
        init => (field, HasBeenMember) = (value, HasBeenMember || value != Standing.Outside);
    } = Standing;

    /// <summary>
    /// Whether it is a member or was one, which an admin need not be, nor who was but refused. It follows from the history, as the ids of
    /// entries do, and so is no part of the state's canonical bytes.
    /// </summary>
    public bool HasBeenMember { get; private init; } = Standing != Standing.Outside;

    /// <summary>Whether it may have what was committed: whoever left still gets the merges that its data is in.</summary>
    public bool MayHaveMerges => HasBeenMember && Standing != Standing.Expelled;
}
