namespace Starling.Api.Events;

/// <summary>Something is in the way; the node tries again.</summary>
/// <param name="Cursor">Its place in the node's stream, from 1; grows by one.</param>
/// <param name="At">When the node saw it, by its own clock.</param>
/// <param name="Contract">The contract.</param>
/// <param name="What">What, in a sentence.</param>
public sealed record TroubleEvent(long Cursor, DateTimeOffset At, string Contract, string What) : ApiEvent(Cursor, At);
