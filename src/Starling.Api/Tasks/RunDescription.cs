namespace Starling.Api.Tasks;

/// <summary>A run with what its operators say: <c>GET /v1/runners/{id}/runs/{n}</c>.</summary>
/// <param name="Run">The run.</param>
/// <param name="Work">The operators that take part, sorted; a page, since what they say may be long.</param>
public sealed record RunDescription(RunSummary Run, Page<OperatorWork> Work);
