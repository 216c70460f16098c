namespace Starling.Api.Events;

/// <summary>The node stops, because it was asked to.</summary>
/// <param name="Cursor">Its place in the node's stream, from 1; grows by one.</param>
/// <param name="At">When the node saw it, by its own clock.</param>
/// <param name="Reason">Why.</param>
public sealed record NodeStoppingEvent(long Cursor, DateTimeOffset At, string Reason) : ApiEvent(Cursor, At);
