namespace Starling.Api;

/// <summary>Whether a node works: <c>GET /v1/health</c>.</summary>
/// <param name="Node">Its SPIFFE ID.</param>
/// <param name="Healthy">Whether its loop runs and is not stopping.</param>
/// <param name="Process">Its process id.</param>
public sealed record NodeHealth(string Node, bool Healthy, int Process);
