namespace Starling.Api;

/// <summary>Why a request failed (RFC 9457); <c>application/problem+json</c>.</summary>
/// <param name="Type">Names the kind of problem, as <c>urn:starling:problem:denied</c>.</param>
/// <param name="Title">The kind in words.</param>
/// <param name="Status">The HTTP status.</param>
/// <param name="Detail">What is wrong this time, with the remedy.</param>
/// <param name="Refusal">Of an entry that a contract's rules refuse: why, as <c>RunnerBusy</c>; else null.</param>
public sealed record ProblemDetails(string Type, string Title, int Status, string Detail, string? Refusal = null);
