namespace Starling.Api.Events;

/// <summary>How many bytes the node has exchanged with peers since it started; told at each commit.</summary>
/// <param name="Cursor">Its place in the node's stream, from 1; grows by one.</param>
/// <param name="At">When the node saw it, by its own clock.</param>
/// <param name="Contract">The contract.</param>
/// <param name="Round">The round.</param>
/// <param name="BytesIn">Bytes received.</param>
/// <param name="BytesOut">Bytes sent.</param>
public sealed record TrafficEvent(
    long Cursor, DateTimeOffset At,
    string Contract,
    long Round,
    long BytesIn,
    long BytesOut) : ApiEvent(Cursor, At);
