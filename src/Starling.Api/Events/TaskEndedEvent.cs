namespace Starling.Api.Events;

/// <summary>The run of a task ended.</summary>
/// <param name="Cursor">Its place in the node's stream, from 1; grows by one.</param>
/// <param name="At">When the node saw it, by its own clock.</param>
/// <param name="Contract">The task runner.</param>
/// <param name="Run">The run, counted from 1 within the task runner.</param>
/// <param name="Task">The task.</param>
/// <param name="State"><c>complete</c>, <c>failed</c> or <c>cancelled</c>.</param>
/// <param name="Reason">Why.</param>
public sealed record TaskEndedEvent(
    long Cursor, DateTimeOffset At, string Contract, long Run, string Task, string State, string Reason) : ApiEvent(Cursor, At);
