using System.Collections.Immutable;
using Starling.Core.Contracts;
using Starling.Core.Identity;
using Starling.Core.Tasks;
using Starling.Core.Training;

namespace Starling.Core.Kernel;

/// <summary>
/// What a node tells those who watch: one typed stream, of which command line, dashboard, report and log are views.
/// The hierarchy is closed.
/// </summary>
public abstract record NodeEvent(ContractId Contract);

/// <summary>A round opened, or opened again.</summary>
public sealed record RoundOpened(ContractId Contract, long Round, long Opening, BlobId Base, ImmutableArray<NodeId> View)
    : NodeEvent(Contract);

/// <summary>This node waits for members before the round can go on.</summary>
public sealed record Awaiting(ContractId Contract, long Round, ImmutableArray<NodeId> Ready, ImmutableArray<NodeId> Awaited, int MinPeers)
    : NodeEvent(Contract);

/// <summary>A member's update is announced.</summary>
public sealed record MemberReady(ContractId Contract, long Round, NodeId Member, BlobId Update, long Weight, UpdateMetrics Metrics)
    : NodeEvent(Contract);

/// <summary>A member leads the term.</summary>
public sealed record LeaderClaimed(ContractId Contract, long Round, long Term, NodeId Leader, ImmutableArray<NodeId> Frozen)
    : NodeEvent(Contract);

/// <summary>The leader proposed a merge.</summary>
public sealed record MergeProposed(
    ContractId Contract, long Round, long Term, BlobId Merge, ImmutableArray<NodeId> Contributors, ImmutableArray<LeftOut> LeftOut)
    : NodeEvent(Contract);

/// <summary>A member voted.</summary>
/// <param name="Contract">The contract.</param>
/// <param name="Round">The round.</param>
/// <param name="Term">The term.</param>
/// <param name="Member">The member.</param>
/// <param name="ForProposal">Whether for the proposed merge.</param>
/// <param name="Audit">What it checked before. Also where members sample a vote may be in full: in a dispute, or after a
/// sample that differed.</param>
public sealed record MemberVoted(ContractId Contract, long Round, long Term, NodeId Member, bool ForProposal, AuditMode Audit)
    : NodeEvent(Contract);

/// <summary>A member suspects the leader.</summary>
public sealed record LeaderSuspected(ContractId Contract, long Round, long Term, NodeId Leader, NodeId By) : NodeEvent(Contract);

/// <summary>The term ended without a commit.</summary>
public sealed record TermEnded(ContractId Contract, long Round, long Term, NodeId Leader, TermEnd Reason) : NodeEvent(Contract);

/// <summary>The round's merge is committed.</summary>
/// <param name="Contract">The contract.</param>
/// <param name="Round">The round.</param>
/// <param name="Term">The term that committed it.</param>
/// <param name="Leader">Who led that term.</param>
/// <param name="Merge">The merge.</param>
/// <param name="Contributors">Whose updates are in it.</param>
/// <param name="Named">Who voted for another merge.</param>
public sealed record RoundCommitted(
    ContractId Contract, long Round, long Term, NodeId Leader, BlobId Merge, ImmutableArray<NodeId> Contributors,
    ImmutableArray<NodeId> Named) : NodeEvent(Contract);

/// <summary>A full audit came after the commit and differs. It changes nothing; an admin may restart the round.</summary>
public sealed record LateDispute(ContractId Contract, long Round, NodeId Member, BlobId Merge) : NodeEvent(Contract);

/// <summary>Two members disagree and nobody can tell who is right until another member is ready.</summary>
public sealed record Unresolved(ContractId Contract, long Round, ImmutableArray<NodeId> Pair) : NodeEvent(Contract);

/// <summary>
/// An admin opened a new epoch: what was committed from this round on no longer counts, and disputes about it are settled.
/// </summary>
/// <param name="Contract">The contract.</param>
/// <param name="Round">The round that opens.</param>
/// <param name="Epoch">The new epoch, from 1.</param>
/// <param name="By">The admin.</param>
/// <param name="TakenBack">How many committed rounds no longer count.</param>
/// <param name="Pair">The two members whose dispute it ends; empty if none was unresolved.</param>
public sealed record RoundRestarted(ContractId Contract, long Round, long Epoch, NodeId By, long TakenBack, ImmutableArray<NodeId> Pair)
    : NodeEvent(Contract);

/// <summary>An entry of somebody was refused.</summary>
public sealed record EntryRefused(ContractId Contract, long Height, NodeId Author, string Kind, Refusal Refusal) : NodeEvent(Contract);

/// <summary>A committed merge is on this node's disk.</summary>
public sealed record MergeHeld(ContractId Contract, long Round, BlobId Merge) : NodeEvent(Contract);

/// <summary>
/// This node's own round is over, in a contract whose members go through their rounds each by itself. Told again after a restart.
/// </summary>
/// <param name="Contract">The contract.</param>
/// <param name="Round">The round that is over.</param>
/// <param name="Model">What this node trains from next.</param>
/// <param name="With">The members whose updates are in it besides its own.</param>
public sealed record RoundPassed(ContractId Contract, long Round, BlobId Model, ImmutableArray<NodeId> With) : NodeEvent(Contract);

/// <summary>A blob was fetched whole.</summary>
public sealed record BlobFetched(ContractId Contract, BlobId Blob, long Bytes) : NodeEvent(Contract);

/// <summary>A member came back with an empty or an older disk, and joined again.</summary>
/// <param name="Contract">The contract.</param>
/// <param name="Member">Who: this node, or another.</param>
/// <param name="Incarnation">Its new incarnation.</param>
public sealed record Rejoining(ContractId Contract, NodeId Member, long Incarnation) : NodeEvent(Contract);

/// <summary>Training ended.</summary>
public sealed record TrainingEnded(ContractId Contract, long Rounds, BlobId Model) : NodeEvent(Contract);

/// <summary>A task was assigned.</summary>
/// <param name="Contract">The task runner.</param>
/// <param name="Run">The run.</param>
/// <param name="Task">The task.</param>
/// <param name="By">Who assigned it.</param>
/// <param name="Wanted">How many operators must complete it.</param>
public sealed record TaskAssigned(ContractId Contract, long Run, TaskName Task, NodeId By, int Wanted) : NodeEvent(Contract);

/// <summary>An operator said how its work stands.</summary>
public sealed record WorkReported(ContractId Contract, long Run, TaskName Task, NodeId Operator, WorkReport Report) : NodeEvent(Contract);

/// <summary>The run of a task ended.</summary>
public sealed record TaskEnded(ContractId Contract, long Run, TaskName Task, WorkState State, string Reason) : NodeEvent(Contract);

/// <summary>Something is in the way; the node tries again.</summary>
public sealed record Trouble(ContractId Contract, string What) : NodeEvent(Contract);

/// <summary>The node takes no part in the contract any more, and goes on with others. Told again after a restart.</summary>
public sealed record ContractSetAside(ContractId Contract, HaltReason Reason, string Detail) : NodeEvent(Contract);

/// <summary>The node stops.</summary>
public sealed record Halted(ContractId Contract, HaltReason Reason, string Detail) : NodeEvent(Contract);
