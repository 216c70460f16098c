using System.Collections.Immutable;

namespace Starling.Simulation.Exploration;

/// <summary>A run that breaks a rule: the shortest one from the beginning.</summary>
/// <param name="Rule">The rule.</param>
/// <param name="What">How it is broken.</param>
/// <param name="Run">What happens, a line each.</param>
/// <param name="Loop">For a run that never commits: what then happens again and again. Empty if nothing can happen any more.</param>
/// <param name="End">The state that the run leads to.</param>
public sealed record ExplorationViolation(
    string Rule, string What, ImmutableArray<string> Run, ImmutableArray<string> Loop, string End);
