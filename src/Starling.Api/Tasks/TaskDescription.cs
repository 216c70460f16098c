namespace Starling.Api.Tasks;

/// <summary>A task with its body: <c>GET /v1/runners/{id}/tasks/{name}</c>.</summary>
/// <param name="Task">The task.</param>
/// <param name="Founding">The id of the training contract's entry 0, in hexadecimal; null if it trains nothing.</param>
/// <param name="Body">Its details, in YAML.</param>
public sealed record TaskDescription(TaskSummary Task, string? Founding, string Body);
