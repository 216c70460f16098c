namespace Starling.Api.Events;

/// <summary>The node's program trains.</summary>
/// <param name="Cursor">Its place in the node's stream, from 1; grows by one.</param>
/// <param name="At">When the node saw it, by its own clock.</param>
/// <param name="Contract">The contract.</param>
/// <param name="Round">The round.</param>
/// <param name="Batches">How many batches.</param>
public sealed record TrainingStartedEvent(long Cursor, DateTimeOffset At, string Contract, long Round, int Batches) : ApiEvent(Cursor, At);
