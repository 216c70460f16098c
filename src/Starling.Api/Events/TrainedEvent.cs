namespace Starling.Api.Events;

/// <summary>The node's program has trained; its update is stored.</summary>
/// <param name="Cursor">Its place in the node's stream, from 1; grows by one.</param>
/// <param name="At">When the node saw it, by its own clock.</param>
/// <param name="Contract">The contract.</param>
/// <param name="Round">The round.</param>
/// <param name="Update">The update's blob id.</param>
/// <param name="Bytes">The update's length.</param>
/// <param name="Seconds">How long training took.</param>
/// <param name="TrainingLoss">The mean loss over the batches; null if it is not a finite number.</param>
public sealed record TrainedEvent(
    long Cursor, DateTimeOffset At,
    string Contract,
    long Round,
    string Update,
    long Bytes,
    double Seconds,
    double? TrainingLoss) : ApiEvent(Cursor, At);
