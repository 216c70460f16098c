namespace Starling.Simulation.Exploration;

/// <summary>One thing that may happen.</summary>
/// <param name="Label">What, for people.</param>
/// <param name="Next">The state after it.</param>
/// <param name="Kind">Who brings it about, and when it may.</param>
/// <param name="Commits">Whether a round commits by it.</param>
/// <param name="Violation">The rule that it breaks and how, or null.</param>
internal sealed record Transition<TWorld>(string Label, TWorld Next, TransitionKind Kind, bool Commits, BrokenRule? Violation);
