namespace Starling.Api.Events;

/// <summary>A task was assigned to a task runner.</summary>
/// <param name="Cursor">Its place in the node's stream, from 1; grows by one.</param>
/// <param name="At">When the node saw it, by its own clock.</param>
/// <param name="Contract">The task runner.</param>
/// <param name="Run">The run, counted from 1 within the task runner.</param>
/// <param name="Task">The task.</param>
/// <param name="By">Who assigned it.</param>
/// <param name="Wanted">How many operators must complete it.</param>
public sealed record TaskAssignedEvent(
    long Cursor, DateTimeOffset At, string Contract, long Run, string Task, string By, int Wanted) : ApiEvent(Cursor, At);
