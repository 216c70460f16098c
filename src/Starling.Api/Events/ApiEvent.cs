using System.Text.Json.Serialization;

namespace Starling.Api.Events;

/// <summary>
/// Something that a node tells: one line of <c>events.jsonl</c>, one message of <c>GET /v1/events</c>. Members are named by their
/// SPIFFE IDs, blobs by their hexadecimal ids. A kind that the reader does not know is read as this base type, so that an older
/// client can follow a newer node.
/// </summary>
/// <param name="Cursor">Its place in the node's stream, from 1; grows by one, also across restarts.</param>
/// <param name="At">When the node saw it, by its own clock.</param>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind", IgnoreUnrecognizedTypeDiscriminators = true)]
[JsonDerivedType(typeof(NodeStartedEvent), "node-started")]
[JsonDerivedType(typeof(NodeStoppingEvent), "node-stopping")]
[JsonDerivedType(typeof(RoundOpenedEvent), "round-opened")]
[JsonDerivedType(typeof(AwaitingEvent), "awaiting")]
[JsonDerivedType(typeof(MemberReadyEvent), "member-ready")]
[JsonDerivedType(typeof(LeaderClaimedEvent), "leader-claimed")]
[JsonDerivedType(typeof(MergeProposedEvent), "merge-proposed")]
[JsonDerivedType(typeof(MemberVotedEvent), "member-voted")]
[JsonDerivedType(typeof(LeaderSuspectedEvent), "leader-suspected")]
[JsonDerivedType(typeof(TermEndedEvent), "term-ended")]
[JsonDerivedType(typeof(RoundCommittedEvent), "round-committed")]
[JsonDerivedType(typeof(RoundPassedEvent), "round-passed")]
[JsonDerivedType(typeof(LateDisputeEvent), "late-dispute")]
[JsonDerivedType(typeof(UnresolvedEvent), "unresolved")]
[JsonDerivedType(typeof(RoundRestartedEvent), "round-restarted")]
[JsonDerivedType(typeof(EntryRefusedEvent), "entry-refused")]
[JsonDerivedType(typeof(MergeHeldEvent), "merge-held")]
[JsonDerivedType(typeof(BlobFetchedEvent), "blob-fetched")]
[JsonDerivedType(typeof(RejoiningEvent), "rejoining")]
[JsonDerivedType(typeof(ExpelledEvent), "expelled")]
[JsonDerivedType(typeof(TrainingEndedEvent), "training-ended")]
[JsonDerivedType(typeof(TroubleEvent), "trouble")]
[JsonDerivedType(typeof(SetAsideEvent), "set-aside")]
[JsonDerivedType(typeof(HaltedEvent), "halted")]
[JsonDerivedType(typeof(TrainingStartedEvent), "training-started")]
[JsonDerivedType(typeof(TrainedEvent), "trained")]
[JsonDerivedType(typeof(EvaluatedEvent), "evaluated")]
[JsonDerivedType(typeof(ProgramFailedEvent), "program-failed")]
[JsonDerivedType(typeof(TrafficEvent), "traffic")]
[JsonDerivedType(typeof(FinishedEvent), "finished")]
[JsonDerivedType(typeof(TaskAssignedEvent), "task-assigned")]
[JsonDerivedType(typeof(WorkReportedEvent), "work-reported")]
[JsonDerivedType(typeof(TaskEndedEvent), "task-ended")]
public record ApiEvent(long Cursor, DateTimeOffset At);
