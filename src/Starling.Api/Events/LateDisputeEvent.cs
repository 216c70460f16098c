namespace Starling.Api.Events;

/// <summary>A full audit came after the commit and differs.</summary>
/// <param name="Cursor">Its place in the node's stream, from 1; grows by one.</param>
/// <param name="At">When the node saw it, by its own clock.</param>
/// <param name="Contract">The contract.</param>
/// <param name="Round">The round.</param>
/// <param name="Member">Who audited.</param>
/// <param name="Merge">What came out of its own merge.</param>
public sealed record LateDisputeEvent(
    long Cursor, DateTimeOffset At,
    string Contract,
    long Round,
    string Member,
    string Merge) : ApiEvent(Cursor, At);
