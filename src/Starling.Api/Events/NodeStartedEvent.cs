namespace Starling.Api.Events;

/// <summary>The node serves.</summary>
/// <param name="Cursor">Its place in the node's stream, from 1; grows by one.</param>
/// <param name="At">When the node saw it, by its own clock.</param>
/// <param name="Node">Its SPIFFE ID.</param>
/// <param name="Version">The version of its software.</param>
/// <param name="Address">Where it listens, <c>address:port</c>.</param>
/// <param name="Process">Its process id.</param>
public sealed record NodeStartedEvent(
    long Cursor, DateTimeOffset At,
    string Node,
    string Version,
    string Address,
    int Process) : ApiEvent(Cursor, At);
