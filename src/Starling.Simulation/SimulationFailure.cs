namespace Starling.Simulation;

/// <summary>A seed that broke a rule, and how to see it again.</summary>
/// <param name="Seed">The seed.</param>
/// <param name="Violation">The first rule that it broke.</param>
/// <param name="ReplayCommand">The one command that replays it.</param>
public sealed record SimulationFailure(ulong Seed, Violation Violation, string ReplayCommand);
