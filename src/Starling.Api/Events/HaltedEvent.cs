namespace Starling.Api.Events;

/// <summary>The node stops by itself, since going on could break a promise.</summary>
/// <param name="Cursor">Its place in the node's stream, from 1; grows by one.</param>
/// <param name="At">When the node saw it, by its own clock.</param>
/// <param name="Contract">The contract.</param>
/// <param name="Reason">Why, as <c>LedgerForked</c>.</param>
/// <param name="Detail">What, in a sentence.</param>
public sealed record HaltedEvent(long Cursor, DateTimeOffset At, string Contract, string Reason, string Detail) : ApiEvent(Cursor, At);
