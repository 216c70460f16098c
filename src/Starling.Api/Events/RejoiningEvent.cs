namespace Starling.Api.Events;

/// <summary>The node lost its disk and joins again.</summary>
/// <param name="Cursor">Its place in the node's stream, from 1; grows by one.</param>
/// <param name="At">When the node saw it, by its own clock.</param>
/// <param name="Contract">The contract.</param>
/// <param name="Incarnation">Its new incarnation.</param>
public sealed record RejoiningEvent(long Cursor, DateTimeOffset At, string Contract, long Incarnation) : ApiEvent(Cursor, At);
