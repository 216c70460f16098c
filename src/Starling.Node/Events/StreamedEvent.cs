using Starling.Core.Kernel;

namespace Starling.Node.Events;

/// <summary>An event in its place.</summary>
/// <param name="Cursor">From 1; grows by one.</param>
/// <param name="At">When the node saw it, by its own clock.</param>
/// <param name="Event">What happened.</param>
public sealed record StreamedEvent(long Cursor, DateTimeOffset At, NodeEvent Event);
