using System.Collections.Immutable;
using Starling.Core.Identity;
using Starling.Core.Kernel;

namespace Starling.Core.Training.Participation;

/// <summary>A merge that this node makes.</summary>
/// <param name="Inputs">What is merged, sorted by author.</param>
/// <param name="From">The model that the updates began from; none at first.</param>
/// <param name="Settings">Which say the rule.</param>
/// <param name="Operation">The computation under way, or null.</param>
/// <param name="Result">What came out; none before.</param>
/// <param name="RetryAt">When to try again after a failure.</param>
public sealed record MergeTask(
    ImmutableArray<MergeInput> Inputs, BlobId From, TrainingSettings Settings, OperationId? Operation, BlobId Result, Instant RetryAt)
{
    /// <summary>How often it failed.</summary>
    public int Failures { get; init; }

    /// <summary>Whether it is the merge of these inputs, from this model, by the rule that these settings say.</summary>
    public bool IsOf(ImmutableArray<MergeInput> inputs, BlobId from, TrainingSettings settings) =>
        Inputs.SequenceEqual(inputs) && From == from && Settings.MergeRule == settings.MergeRule
        && Settings.MergeParameters.SequenceEqual(settings.MergeParameters);
}
