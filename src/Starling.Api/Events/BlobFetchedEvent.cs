namespace Starling.Api.Events;

/// <summary>A blob was fetched whole.</summary>
/// <param name="Cursor">Its place in the node's stream, from 1; grows by one.</param>
/// <param name="At">When the node saw it, by its own clock.</param>
/// <param name="Contract">The contract.</param>
/// <param name="Blob">The blob's id.</param>
/// <param name="Bytes">Its length.</param>
public sealed record BlobFetchedEvent(long Cursor, DateTimeOffset At, string Contract, string Blob, long Bytes) : ApiEvent(Cursor, At);
