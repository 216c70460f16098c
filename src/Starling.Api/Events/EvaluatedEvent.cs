namespace Starling.Api.Events;

/// <summary>The node's program has measured a model on its test rows.</summary>
/// <param name="Cursor">Its place in the node's stream, from 1; grows by one.</param>
/// <param name="At">When the node saw it, by its own clock.</param>
/// <param name="Contract">The contract.</param>
/// <param name="Subject">Which model.</param>
/// <param name="Measurement">What it scored.</param>
public sealed record EvaluatedEvent(
    long Cursor, DateTimeOffset At,
    string Contract,
    ModelSubject Subject,
    Measurement Measurement) : ApiEvent(Cursor, At);
