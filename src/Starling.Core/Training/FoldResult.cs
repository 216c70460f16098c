using System.Collections.Immutable;
using Starling.Core.Contracts;

namespace Starling.Core.Training;

/// <summary>What became of an entry.</summary>
/// <param name="State">The state after it.</param>
/// <param name="Refusal">Why it was refused; <see cref="Refusal.None"/> if it was accepted.</param>
/// <param name="Entry">What it said; null if it could not be read, or is not its alleged author's.</param>
/// <param name="Happenings">What followed from it, in order.</param>
public sealed record FoldResult(TrainingState State, Refusal Refusal, TrainingEntry? Entry, ImmutableArray<Happening> Happenings);
