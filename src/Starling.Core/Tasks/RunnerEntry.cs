using System.Collections.Immutable;
using Starling.Core.Contracts;
using Starling.Core.Identity;

namespace Starling.Core.Tasks;

/// <summary>What a task runner's ledger entry says. The hierarchy is closed.</summary>
public abstract record RunnerEntry;

/// <summary>Entry 0, by an admin: fixes trust anchors, admins and the first operators.</summary>
public sealed record FoundRunner(
    ImmutableArray<ImmutableArray<byte>> Anchors, ImmutableArray<Enrolment> Admins, ImmutableArray<Enrolment> Operators) : RunnerEntry;

/// <summary>A node becomes an operator. By an admin, or by the node itself.</summary>
public sealed record EnrolOperator(Enrolment Operator) : RunnerEntry;

/// <summary>An operator leaves by itself, or an admin expels it. What it works on fails.</summary>
public sealed record RemoveOperator(NodeId Operator) : RunnerEntry;

/// <summary>An admin deletes the task runner: nothing follows.</summary>
public sealed record CloseRunner(string Reason) : RunnerEntry;

/// <summary>The author lost its disk. The entry's own incarnation is the new one.</summary>
public sealed record RejoinRunner : RunnerEntry;

/// <summary>An admin writes a task, or writes it anew while it is not final.</summary>
/// <param name="Task">What it is.</param>
/// <param name="Replaces">Whether it takes the place of a task of this name, which must be there then.</param>
public sealed record WriteTask(TaskDefinition Task, bool Replaces) : RunnerEntry;

/// <summary>An admin makes a task final.</summary>
public sealed record FinaliseTask(TaskName Task) : RunnerEntry;

/// <summary>An admin deletes a task that is not final.</summary>
public sealed record DeleteTask(TaskName Task) : RunnerEntry;

/// <summary>An admin has a task carried out.</summary>
public sealed record AssignTask(TaskName Task, Placement Placement) : RunnerEntry;

/// <summary>An admin ends a run.</summary>
public sealed record CancelRun(long Run, string Reason) : RunnerEntry;

/// <summary>An operator takes part in a run.</summary>
public sealed record Enlist(long Run) : RunnerEntry;

/// <summary>An operator that a run wants does not carry its task out. Since version 2 of the rules.</summary>
/// <param name="Run">The run.</param>
/// <param name="Reason">Why, a sentence.</param>
public sealed record Decline(long Run, string Reason) : RunnerEntry;

/// <summary>An operator says how its work stands.</summary>
public sealed record ReportWork(long Run, WorkReport Report) : RunnerEntry;
