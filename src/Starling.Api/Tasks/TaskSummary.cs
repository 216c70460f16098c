namespace Starling.Api.Tasks;

/// <summary>A task of a runner: an item of <c>GET /v1/runners/{id}/tasks</c>.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Kind">What operators do.</param>
/// <param name="Author">Who wrote it, in words.</param>
/// <param name="Prerequisite">The task that must be complete before; null if there is none.</param>
/// <param name="Outcome">What it leaves.</param>
/// <param name="Training">The training contract that it names; null if it trains nothing.</param>
/// <param name="Final">Whether it can no longer be changed, and so may be assigned.</param>
/// <param name="Completed">In how many runs it was completed.</param>
public sealed record TaskSummary(string Name, TaskWord Kind, string Author, string? Prerequisite, string Outcome, string? Training,
    bool Final, long Completed);
