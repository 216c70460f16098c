using System.Collections.Immutable;
using Starling.Core.Identity;

namespace Starling.Core.Contracts;

/// <summary>
/// What every contract's fold keeps, whatever the contract is for: its history, whom it trusts, and who may author entries.
/// </summary>
public abstract record ContractState
{
    /// <summary>The contract's name.</summary>
    public required ContractId Contract { get; init; }

    /// <summary>The id that entry 0 must have.</summary>
    public required EntryId Founding { get; init; }

    /// <summary>Whether entry 0 was accepted.</summary>
    public abstract bool IsFounded { get; }

    /// <summary>The version of the rules that this contract is folded by; entries of another version are refused.</summary>
    public abstract int RulesVersion { get; }

    /// <summary>
    /// The role that certificates of new members must give; none by older versions of the rules, which do not look at roles.
    /// </summary>
    public abstract Roles MemberRole { get; }

    /// <summary>Whether who is not known stays so when its entry is refused; older versions of the rules make it an author.</summary>
    public abstract bool ForgetsStrangers { get; }

    /// <summary>
    /// Whether an entry of whoever saw another history says nothing of its author; by older versions of the rules it uses his sequence
    /// number.
    /// </summary>
    public abstract bool IgnoresOtherHistories { get; }

    /// <summary>
    /// Whether entry 0 may name nobody twice as an admin, nor twice as a member; by older versions of the rules it may name an admin as a
    /// member as often as it likes.
    /// </summary>
    public abstract bool NamesEachOnce { get; }

    /// <summary>How many entries were folded.</summary>
    public long Height => ChainHashes.Count - 1;

    /// <summary>The chain hash at this height.</summary>
    public Digest ChainHash => ChainHashes[^1];

    /// <summary>The chain hash at each height, the one before entry 0 first.</summary>
    public required ImmutableList<Digest> ChainHashes { get; init; }

    /// <summary>The ids of all entries.</summary>
    public ImmutableSortedSet<EntryId> Ids { get; init; } = [];

    /// <summary>The epoch, from 0.</summary>
    public long Epoch { get; init; }

    /// <summary>Trust anchors, DER.</summary>
    public ImmutableArray<ImmutableArray<byte>> Anchors { get; init; } = [];

    /// <summary>Everyone who ever could author entries.</summary>
    public ImmutableSortedDictionary<NodeId, Author> Authors { get; init; } = ImmutableSortedDictionary<NodeId, Author>.Empty;

    /// <summary>Whether the contract was deleted.</summary>
    public bool Deleted { get; init; }

    /// <summary>Whom its entries are told to as soon as they are there.</summary>
    public abstract IEnumerable<NodeId> Audience { get; }
}
