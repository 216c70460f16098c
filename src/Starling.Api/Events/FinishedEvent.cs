namespace Starling.Api.Events;

/// <summary>Training has ended, and the node holds and has measured the final model.</summary>
/// <param name="Cursor">Its place in the node's stream, from 1; grows by one.</param>
/// <param name="At">When the node saw it, by its own clock.</param>
/// <param name="Contract">The contract.</param>
/// <param name="Rounds">How many rounds were trained.</param>
/// <param name="Model">The final model's blob id.</param>
/// <param name="Measurement">What it scored.</param>
public sealed record FinishedEvent(
    long Cursor, DateTimeOffset At,
    string Contract,
    long Rounds,
    string Model,
    Measurement Measurement) : ApiEvent(Cursor, At);
