using System.Collections.Immutable;
using Starling.Core.Contracts;
using Starling.Core.Identity;

namespace Starling.Core.Tasks;

/// <summary>A task runner, replayed from its entries. <see cref="RunnerFold"/> alone makes new ones.</summary>
public sealed record RunnerState : ContractState
{
    /// <summary>
    /// The version of the fold's rules that task runners are founded with now. A task runner keeps the version of its entry 0, and refuses
    /// entries of another one. Since version 2 an operator can say that it does not carry a task out; since version 3 operators need the
    /// role of an operator, and admins that of an admin; since version 4 a refused entry makes nobody an author, and what was written for
    /// another history says nothing of its author.
    /// </summary>
    public const int FoldVersion = 4;

    /// <summary>The oldest version of the rules whose task runners are still followed.</summary>
    public const int OldestFoldVersion = 1;

    /// <summary>The most tasks of a runner.</summary>
    public const int MaxTasks = 4096;

    /// <summary>How many of the latest runs are kept whole; older ones live on in the ledger.</summary>
    public const int RecentRuns = 16;

    /// <inheritdoc/>
    public override bool IsFounded => !Authors.IsEmpty;

    /// <inheritdoc/>
    public override int RulesVersion => Version;

    /// <summary>The version of the rules, by entry 0.</summary>
    public int Version { get; init; } = FoldVersion;

    /// <summary>Whether an operator can say that it does not carry a task out.</summary>
    public bool KnowsDecline => Version >= 2;

    /// <inheritdoc/>
    public override Roles MemberRole => Version >= 3 ? Roles.Operator : Roles.None;

    /// <inheritdoc/>
    public override bool ForgetsStrangers => Version >= 4;

    // Of no version: who followed a task runner that is founded otherwise could not go on.
    /// <inheritdoc/>
    public override bool NamesEachOnce => true;

    /// <inheritdoc/>
    public override bool IgnoresOtherHistories => Version >= 4;

    /// <inheritdoc/>
    public override IEnumerable<NodeId> Audience => Operators;

    /// <summary>
    /// The certificates of everyone who is or was an operator: a training contract that is founded for them carries them on.
    /// </summary>
    public ImmutableSortedDictionary<NodeId, Enrolment> Enrolments { get; init; } = ImmutableSortedDictionary<NodeId, Enrolment>.Empty;

    /// <summary>The tasks.</summary>
    public ImmutableSortedDictionary<TaskName, TaskState> Tasks { get; init; } = ImmutableSortedDictionary<TaskName, TaskState>.Empty;

    /// <summary>The latest runs, oldest first: only the last one may go on.</summary>
    public ImmutableArray<RunState> Runs { get; init; } = [];

    /// <summary>The latest run, or null.</summary>
    public RunState? Run => Runs.IsEmpty ? null : Runs[^1];

    /// <summary>The task of a run that is still kept; null if it is not.</summary>
    public TaskState? Find(long run) =>
        Runs.FirstOrDefault(kept => kept.Number == run) is { } found ? Tasks.GetValueOrDefault(found.Task) : null;

    /// <summary>Who carries tasks out.</summary>
    public ImmutableSortedSet<NodeId> Operators =>
        [.. Authors.Where(author => author.Value.Standing == Standing.Member).Select(author => author.Key)];

    /// <summary>A task runner before its entry 0.</summary>
    public static RunnerState Empty(ContractId contract, EntryId founding) => new()
    {
        Contract = contract,
        Founding = founding,
        ChainHashes = [Ledger.ChainHash.Start(contract)],
    };
}
