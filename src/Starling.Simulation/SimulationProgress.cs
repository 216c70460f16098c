namespace Starling.Simulation;

/// <summary>How far a run of many seeds is. Given from the threads that run them, one call at a time.</summary>
/// <param name="Done">Seeds that are done.</param>
/// <param name="Seeds">Seeds in all.</param>
/// <param name="Failed">Seeds with a violation so far.</param>
/// <param name="Latest">The seed that was just done.</param>
public sealed record SimulationProgress(int Done, int Seeds, int Failed, SimulationResult Latest);
