namespace Starling.Api.Events;

/// <summary>An admin has put the node out of a training contract. Told again after a restart.</summary>
/// <param name="Cursor">Its place in the node's stream, from 1; grows by one.</param>
/// <param name="At">When the node saw it, by its own clock.</param>
/// <param name="Contract">The contract.</param>
/// <param name="What">What that means and what to do, a sentence.</param>
public sealed record ExpelledEvent(long Cursor, DateTimeOffset At, string Contract, string What) : ApiEvent(Cursor, At);
