using System.Collections.Immutable;
using Starling.Core.Identity;
using Starling.Core.Kernel;

namespace Starling.Core.Training.Participation;

/// <summary>A sampled audit of one proposal: chunks drawn once, fetched, merged again and compared.</summary>
/// <param name="OpenedAt">The height at which the round's opening began: what a restart opens again has the numbers of before.</param>
/// <param name="Term">The term.</param>
/// <param name="Merge">The proposed merge.</param>
/// <param name="Chunks">What was drawn, sorted; empty before.</param>
/// <param name="Operation">The operation under way, or null.</param>
/// <param name="Agrees">What the audit found; null before.</param>
/// <param name="RetryAt">When to try again after a failure.</param>
public sealed record SampleState(
    long OpenedAt, long Term, BlobId Merge, ImmutableSortedSet<int> Chunks, OperationId? Operation, bool? Agrees, Instant RetryAt)
{
    /// <summary>Whether it is of the proposal that stands.</summary>
    internal bool IsOf(RoundState round) => OpenedAt == round.OpenedAt && Term == round.Term && Merge == round.Proposal?.Merge;
}
