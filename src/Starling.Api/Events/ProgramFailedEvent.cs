namespace Starling.Api.Events;

/// <summary>The node's program failed; the node tries again.</summary>
/// <param name="Cursor">Its place in the node's stream, from 1; grows by one.</param>
/// <param name="At">When the node saw it, by its own clock.</param>
/// <param name="Contract">The contract.</param>
/// <param name="Round">The round.</param>
/// <param name="What">What, in a sentence.</param>
/// <param name="RetrySeconds">When it tries again.</param>
public sealed record ProgramFailedEvent(
    long Cursor, DateTimeOffset At,
    string Contract,
    long Round,
    string What,
    double RetrySeconds) : ApiEvent(Cursor, At);
