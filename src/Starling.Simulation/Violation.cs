namespace Starling.Simulation;

/// <summary>Something that must never be, and was.</summary>
/// <param name="Rule">The checker's name for it.</param>
/// <param name="At">Virtual time.</param>
/// <param name="What">What was found, in a sentence.</param>
/// <param name="Detail">More of it, in lines; may be empty.</param>
public sealed record Violation(string Rule, TimeSpan At, string What, string Detail);
