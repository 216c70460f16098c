namespace Starling.Api.Events;

/// <summary>An operator said how its work on a task stands.</summary>
/// <param name="Cursor">Its place in the node's stream, from 1; grows by one.</param>
/// <param name="At">When the node saw it, by its own clock.</param>
/// <param name="Contract">The task runner.</param>
/// <param name="Run">The run, counted from 1 within the task runner.</param>
/// <param name="Task">The task.</param>
/// <param name="Operator">The operator.</param>
/// <param name="State"><c>running</c>, <c>complete</c> or <c>failed</c>.</param>
/// <param name="Description">The same in words, and if it failed, why.</param>
/// <param name="ExitCode">What its program exited with; null while it runs, or if there is none.</param>
public sealed record WorkReportedEvent(
    long Cursor, DateTimeOffset At, string Contract, long Run, string Task, string Operator, string State, string Description,
    int? ExitCode) : ApiEvent(Cursor, At);
