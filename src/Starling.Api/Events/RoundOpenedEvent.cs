namespace Starling.Api.Events;

/// <summary>A round opened, or opened again.</summary>
/// <param name="Cursor">Its place in the node's stream, from 1; grows by one.</param>
/// <param name="At">When the node saw it, by its own clock.</param>
/// <param name="Contract">The contract.</param>
/// <param name="Round">The round.</param>
/// <param name="Opening">Its opening, from 1.</param>
/// <param name="Base">The merge to train from; null before the first commit.</param>
/// <param name="View">The round's members.</param>
public sealed record RoundOpenedEvent(
    long Cursor, DateTimeOffset At,
    string Contract,
    long Round,
    long Opening,
    string? Base,
    IReadOnlyList<string> View) : ApiEvent(Cursor, At);
