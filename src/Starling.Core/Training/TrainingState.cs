using System.Collections.Immutable;
using Starling.Core.Identity;

namespace Starling.Core.Training;

/// <summary>A training contract, replayed from its entries. <see cref="TrainingFold"/> alone makes new ones.</summary>
public sealed record TrainingState
{
    /// <summary>The version of the fold's rules; entries of another version are refused.</summary>
    public const int FoldVersion = 1;

    /// <summary>How many of the latest commits are kept whole; older ones live on in <see cref="History"/> and in the ledger.</summary>
    public const int RecentCommits = 16;

    /// <summary>The contract's name.</summary>
    public required ContractId Contract { get; init; }

    /// <summary>The id that entry 0 must have.</summary>
    public required EntryId Founding { get; init; }

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

    /// <summary>Settings of the next round to open; null before entry 0.</summary>
    public TrainingSettings? Settings { get; init; }

    /// <summary>Trust anchors, DER.</summary>
    public ImmutableArray<ImmutableArray<byte>> Anchors { get; init; } = [];

    /// <summary>Everyone who ever could author entries.</summary>
    public ImmutableSortedDictionary<NodeId, Author> Authors { get; init; } = ImmutableSortedDictionary<NodeId, Author>.Empty;

    /// <summary>The open round; null before entry 0.</summary>
    public RoundState? Round { get; init; }

    /// <summary>The pace of the round to open next: how many batches until it is due.</summary>
    public SyncPace Pace { get; init; } = new(0, 1, []);

    /// <summary>Whether training has ended: all rounds or all programs are done, or too few members are left.</summary>
    public bool Ended { get; init; }

    /// <summary>Whether the contract was deleted.</summary>
    public bool Deleted { get; init; }

    /// <summary>The latest commits, oldest first.</summary>
    public ImmutableArray<Commit> Commits { get; init; } = [];

    /// <summary>The digest over all commits.</summary>
    public Digest History { get; init; }

    /// <summary>The latest commit, or null.</summary>
    public Commit? LastCommit => Commits.IsEmpty ? null : Commits[^1];

    /// <summary>A contract before its entry 0.</summary>
    public static TrainingState Empty(ContractId contract, EntryId founding) => new()
    {
        Contract = contract,
        Founding = founding,
        ChainHashes = [Ledger.ChainHash.Start(contract)],
    };
}
