using System.Collections.Immutable;
using Starling.Core.Contracts;
using Starling.Core.Identity;

namespace Starling.Core.Training;

/// <summary>A training contract, replayed from its entries. <see cref="TrainingFold"/> alone makes new ones.</summary>
public sealed record TrainingState : ContractState
{
    /// <summary>
    /// The version of the fold's rules that contracts are founded with now. A contract keeps the version of its entry 0, and refuses
    /// entries of another one. Since version 2 members need the role of a learner, and admins that of an admin; since version 3 a replaced
    /// leader is not barred where no other member that is ready may lead; since version 4 who leads a round when it is opened anew is
    /// barred from the first term, and who leaves and enrols itself again may lead no more than before; since version 5 a refused entry
    /// makes nobody an author, what was written for another history says nothing of its author, no parameter is given twice, and nobody is
    /// named twice as a member.
    /// </summary>
    public const int FoldVersion = 5;

    /// <summary>The oldest version of the rules whose contracts are still followed.</summary>
    public const int OldestFoldVersion = 1;

    /// <summary>How many of the latest commits are kept whole; older ones live on in <see cref="History"/> and in the ledger.</summary>
    public const int RecentCommits = 16;

    /// <inheritdoc/>
    public override bool IsFounded => Settings is not null;

    /// <inheritdoc/>
    public override int RulesVersion => Version;

    /// <summary>The version of the rules, by entry 0.</summary>
    public int Version { get; init; } = FoldVersion;

    /// <inheritdoc/>
    public override Roles MemberRole => Version >= 2 ? Roles.Learner : Roles.None;

    /// <inheritdoc/>
    public override bool ForgetsStrangers => Version >= 5;

    /// <inheritdoc/>
    public override bool NamesEachOnce => Version >= 5;

    /// <inheritdoc/>
    public override bool IgnoresOtherHistories => Version >= 5;

    /// <inheritdoc/>
    public override IEnumerable<NodeId> Audience => Round?.View ?? [];

    /// <summary>Settings of the next round to open; null before entry 0.</summary>
    public TrainingSettings? Settings { get; init; }

    /// <summary>The open round; null before entry 0.</summary>
    public RoundState? Round { get; init; }

    /// <summary>The pace of the round to open next: how many batches until it is due.</summary>
    public SyncPace Pace { get; init; } = new(0, 1, []);

    /// <summary>Whether training has ended: all rounds or all programs are done, or too few members are left.</summary>
    public bool Ended { get; init; }

    /// <summary>The latest commits, oldest first.</summary>
    public ImmutableArray<Commit> Commits { get; init; } = [];

    /// <summary>The digest over all commits.</summary>
    public Digest History { get; init; }

    /// <summary>The latest commit, or null.</summary>
    public Commit? LastCommit => Commits.IsEmpty ? null : Commits[^1];

    /// <summary>Whether this contract may have such settings.</summary>
    public bool Allows(TrainingSettings settings) => settings.IsValid && (Version < 5 || settings.HasPlainParameters);

    /// <summary>A contract before its entry 0.</summary>
    public static TrainingState Empty(ContractId contract, EntryId founding) => new()
    {
        Contract = contract,
        Founding = founding,
        ChainHashes = [Ledger.ChainHash.Start(contract)],
    };
}
