namespace Starling.Api.Events;

/// <summary>A member came back with an empty or an older disk, and joined again.</summary>
/// <param name="Cursor">Its place in the node's stream, from 1; grows by one.</param>
/// <param name="At">When the node saw it, by its own clock.</param>
/// <param name="Contract">The contract.</param>
/// <param name="Member">Which member.</param>
/// <param name="Incarnation">Its new incarnation.</param>
public sealed record RejoiningEvent(long Cursor, DateTimeOffset At, string Contract, string Member, long Incarnation)
    : ApiEvent(Cursor, At);
