namespace Starling.Api.Events;

/// <summary>Two members disagree; the round waits for a third.</summary>
/// <param name="Cursor">Its place in the node's stream, from 1; grows by one.</param>
/// <param name="At">When the node saw it, by its own clock.</param>
/// <param name="Contract">The contract.</param>
/// <param name="Round">The round.</param>
/// <param name="Pair">The two.</param>
public sealed record UnresolvedEvent(
    long Cursor, DateTimeOffset At,
    string Contract,
    long Round,
    IReadOnlyList<string> Pair) : ApiEvent(Cursor, At);
