namespace Starling.Core.Training.Participation;

/// <summary>What is known of an update.</summary>
/// <param name="IsDone">Whether it was inspected; otherwise that is under way.</param>
/// <param name="Fault">Why it may not enter a merge; null if it may.</param>
public sealed record Inspection(bool IsDone, LeftOutReason? Fault);
