namespace Starling.Api.Events;

/// <summary>The fold refused a ledger entry.</summary>
/// <param name="Cursor">Its place in the node's stream, from 1; grows by one.</param>
/// <param name="At">When the node saw it, by its own clock.</param>
/// <param name="Contract">The contract.</param>
/// <param name="Height">Where the entry stands.</param>
/// <param name="Author">Whose entry.</param>
/// <param name="Entry">Its kind, as <c>Claim</c>.</param>
/// <param name="Refusal">Why, as <c>TermTaken</c>.</param>
public sealed record EntryRefusedEvent(
    long Cursor, DateTimeOffset At,
    string Contract,
    long Height,
    string Author,
    string Entry,
    string Refusal) : ApiEvent(Cursor, At);
