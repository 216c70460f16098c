namespace Starling.Api.Sessions;

/// <summary>
/// What a program is to do next: <c>GET /v1/assignment?after=NUMBER</c>, which waits for one; no content means that there is none yet.
/// </summary>
/// <param name="Number">Counted from 1 within the node's process; a later one replaces an earlier one.</param>
/// <param name="Round">The open round; after the last one, the number of rounds plus one.</param>
/// <param name="Batches">How many batches to train.</param>
/// <param name="Done">How many batches the rounds before had.</param>
/// <param name="HasBase">Whether there is a merged model to start from, at <c>GET /v1/base/NUMBER</c>; else the program starts from
/// its own initial one.</param>
/// <param name="Last">Whether training has ended: keep the base, train no more.</param>
public sealed record SessionAssignment(long Number, long Round, int Batches, long Done, bool HasBase, bool Last);
