namespace Starling.Simulation.Exploration;

/// <summary>A rule, and how it is broken.</summary>
internal sealed record BrokenRule(string Rule, string What);
