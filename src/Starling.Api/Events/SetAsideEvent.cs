namespace Starling.Api.Events;

/// <summary>The node takes no part in a contract any more, and goes on with others. Told again when it starts.</summary>
/// <param name="Cursor">Its place in the node's stream, from 1; grows by one.</param>
/// <param name="At">When the node saw it, by its own clock.</param>
/// <param name="Contract">The contract.</param>
/// <param name="Reason">Why, as <c>UnknownProtocol</c>.</param>
/// <param name="Detail">The same in sentences, with what to do.</param>
public sealed record SetAsideEvent(long Cursor, DateTimeOffset At, string Contract, string Reason, string Detail) : ApiEvent(Cursor, At);
