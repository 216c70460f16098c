namespace Starling.Api.Events;

/// <summary>The round's merge is committed.</summary>
/// <param name="Cursor">Its place in the node's stream, from 1; grows by one.</param>
/// <param name="At">When the node saw it, by its own clock.</param>
/// <param name="Contract">The contract.</param>
/// <param name="Round">The round.</param>
/// <param name="Term">The term.</param>
/// <param name="Leader">Who led the term that committed it.</param>
/// <param name="Merge">The merge's blob id.</param>
/// <param name="Contributors">Whose updates are in it.</param>
/// <param name="Named">Who voted for another merge.</param>
public sealed record RoundCommittedEvent(
    long Cursor, DateTimeOffset At,
    string Contract,
    long Round,
    long Term,
    string Leader,
    string Merge,
    IReadOnlyList<string> Contributors,
    IReadOnlyList<string> Named) : ApiEvent(Cursor, At);
