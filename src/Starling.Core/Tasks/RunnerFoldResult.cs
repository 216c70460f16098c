using Starling.Core.Contracts;

namespace Starling.Core.Tasks;

/// <summary>What became of an entry.</summary>
/// <param name="State">The state after it.</param>
/// <param name="Refusal">Why it was refused; <see cref="Refusal.None"/> if it was accepted.</param>
/// <param name="Entry">What it said; null if it could not be read, or is not its alleged author's.</param>
public sealed record RunnerFoldResult(RunnerState State, Refusal Refusal, RunnerEntry? Entry);
