using System.Collections.Immutable;
using Starling.Core.Identity;
using Starling.Core.Kernel;

namespace Starling.Core.Training.Participation;

/// <summary>A merge that this node makes.</summary>
/// <param name="Inputs">What is merged, sorted by author.</param>
/// <param name="Operation">The computation under way, or null.</param>
/// <param name="Result">What came out; none before.</param>
/// <param name="RetryAt">When to try again after a failure.</param>
public sealed record MergeTask(ImmutableArray<MergeInput> Inputs, OperationId? Operation, BlobId Result, Instant RetryAt)
{
    /// <summary>How often it failed.</summary>
    public int Failures { get; init; }
}
