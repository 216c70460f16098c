namespace Starling.Api.Events;

/// <summary>A committed merge is on the node's disk.</summary>
/// <param name="Cursor">Its place in the node's stream, from 1; grows by one.</param>
/// <param name="At">When the node saw it, by its own clock.</param>
/// <param name="Contract">The contract.</param>
/// <param name="Round">The round.</param>
/// <param name="Merge">The merge's blob id.</param>
public sealed record MergeHeldEvent(long Cursor, DateTimeOffset At, string Contract, long Round, string Merge) : ApiEvent(Cursor, At);
