namespace Starling.Api.Events;

/// <summary>The node waits for members before the round can go on.</summary>
/// <param name="Cursor">Its place in the node's stream, from 1; grows by one.</param>
/// <param name="At">When the node saw it, by its own clock.</param>
/// <param name="Contract">The contract.</param>
/// <param name="Round">The round.</param>
/// <param name="Ready">Members whose update is announced.</param>
/// <param name="Awaited">Members whose update is not.</param>
/// <param name="MinPeers">How many the round needs.</param>
public sealed record AwaitingEvent(
    long Cursor, DateTimeOffset At,
    string Contract,
    long Round,
    IReadOnlyList<string> Ready,
    IReadOnlyList<string> Awaited,
    int MinPeers) : ApiEvent(Cursor, At);
