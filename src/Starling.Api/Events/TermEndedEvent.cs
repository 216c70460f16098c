namespace Starling.Api.Events;

/// <summary>The term ended without a commit.</summary>
/// <param name="Cursor">Its place in the node's stream, from 1; grows by one.</param>
/// <param name="At">When the node saw it, by its own clock.</param>
/// <param name="Contract">The contract.</param>
/// <param name="Round">The round.</param>
/// <param name="Term">The term.</param>
/// <param name="Leader">Who led it.</param>
/// <param name="Reason">Why: <c>suspected</c>, <c>resigned</c>, <c>unresolved</c>, <c>reopened</c>, or <c>expelled</c> if an admin put out
/// a member whose update was to be merged.</param>
public sealed record TermEndedEvent(
    long Cursor, DateTimeOffset At,
    string Contract,
    long Round,
    long Term,
    string Leader,
    string Reason) : ApiEvent(Cursor, At);
