namespace Starling.Api.Sessions;

/// <summary>
/// A program cannot carry an assignment out: <c>POST /v1/failed/NUMBER</c>. The node tells it and gives the assignment again.
/// </summary>
/// <param name="Reason">Why, in a sentence.</param>
public sealed record SessionFailure(string Reason);
