namespace Starling.Api.Events;

/// <summary>A member leads the term.</summary>
/// <param name="Cursor">Its place in the node's stream, from 1; grows by one.</param>
/// <param name="At">When the node saw it, by its own clock.</param>
/// <param name="Contract">The contract.</param>
/// <param name="Round">The round.</param>
/// <param name="Term">The term.</param>
/// <param name="Leader">The leader.</param>
/// <param name="Frozen">The members whose updates may enter the merge.</param>
public sealed record LeaderClaimedEvent(
    long Cursor, DateTimeOffset At,
    string Contract,
    long Round,
    long Term,
    string Leader,
    IReadOnlyList<string> Frozen) : ApiEvent(Cursor, At);
