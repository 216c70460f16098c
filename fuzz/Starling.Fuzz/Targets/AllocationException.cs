namespace Starling.Fuzz.Targets;

/// <summary>
/// Within a parse too much was allocated at once. As with the whole of a parse, what a first run may have caused counts
/// only if it happens each time.
/// </summary>
internal sealed class AllocationException(string message) : Exception(message);
