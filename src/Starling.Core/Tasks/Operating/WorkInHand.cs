using Starling.Core.Kernel;

namespace Starling.Core.Tasks.Operating;

/// <summary>What this node carries out for a task runner.</summary>
/// <param name="Run">The run.</param>
/// <param name="Attempt">Which attempt this is, from 1: one more after each death of the node.</param>
/// <param name="Stage">Where it stands.</param>
/// <param name="Operation">The operation that is under way: the save, or the work.</param>
/// <param name="RetryAt">When a save that failed is tried again.</param>
public sealed record WorkInHand(long Run, int Attempt, WorkStage Stage, OperationId Operation, Instant RetryAt)
{
    /// <summary>The latest word of the work that was not appended yet; null if there is none.</summary>
    public WorkReport? News { get; init; }

    /// <summary>When news may be appended next, unless it is the last.</summary>
    public Instant NextReport { get; init; }
}
