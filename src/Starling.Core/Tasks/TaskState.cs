namespace Starling.Core.Tasks;

/// <summary>A task as its runner keeps it.</summary>
/// <param name="Definition">What it is.</param>
/// <param name="IsFinal">Whether it can no longer be changed or deleted, and so may be assigned.</param>
/// <param name="Completed">In how many runs it was completed.</param>
public sealed record TaskState(TaskDefinition Definition, bool IsFinal, long Completed);
