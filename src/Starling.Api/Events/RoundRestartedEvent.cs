namespace Starling.Api.Events;

/// <summary>An admin restarted a round: what was committed from it on no longer counts, and disputes about it are settled.</summary>
/// <param name="Cursor">Its place in the node's stream, from 1; grows by one.</param>
/// <param name="At">When the node saw it, by its own clock.</param>
/// <param name="Contract">The contract.</param>
/// <param name="Round">The round that opens again.</param>
/// <param name="Epoch">The contract's new epoch, from 1. What is told of a round from now on is of this epoch.</param>
/// <param name="By">The admin.</param>
/// <param name="TakenBack">How many committed rounds no longer count.</param>
/// <param name="Pair">The two members whose dispute it ends; empty if none was unresolved.</param>
public sealed record RoundRestartedEvent(
    long Cursor, DateTimeOffset At,
    string Contract,
    long Round,
    long Epoch,
    string By,
    long TakenBack,
    IReadOnlyList<string> Pair) : ApiEvent(Cursor, At);
