namespace Starling.Api.Events;

/// <summary>The contract has trained all its rounds.</summary>
/// <param name="Cursor">Its place in the node's stream, from 1; grows by one.</param>
/// <param name="At">When the node saw it, by its own clock.</param>
/// <param name="Contract">The contract.</param>
/// <param name="Rounds">How many.</param>
/// <param name="Model">The last merge's blob id.</param>
public sealed record TrainingEndedEvent(long Cursor, DateTimeOffset At, string Contract, long Rounds, string Model) : ApiEvent(Cursor, At);
