namespace Starling.Api.Events;

/// <summary>A member suspects the leader.</summary>
/// <param name="Cursor">Its place in the node's stream, from 1; grows by one.</param>
/// <param name="At">When the node saw it, by its own clock.</param>
/// <param name="Contract">The contract.</param>
/// <param name="Round">The round.</param>
/// <param name="Term">The term.</param>
/// <param name="Leader">The leader.</param>
/// <param name="By">The member.</param>
public sealed record LeaderSuspectedEvent(
    long Cursor, DateTimeOffset At,
    string Contract,
    long Round,
    long Term,
    string Leader,
    string By) : ApiEvent(Cursor, At);
