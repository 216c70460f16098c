namespace Starling.Simulation.Exploration;

/// <summary>What an exploration found.</summary>
/// <param name="States">States that differ in what matters.</param>
/// <param name="Edges">Steps between them.</param>
/// <param name="Depth">Steps from the beginning to the farthest state.</param>
/// <param name="Owing">States from which every fair run must commit.</param>
/// <param name="Seconds">Real seconds.</param>
/// <param name="IsWhole">Whether every state was visited. False if the exploration gave up, or stopped at a violation.</param>
/// <param name="Violation">The first violation, or null.</param>
public sealed record ExplorationReport(
    int States, long Edges, int Depth, int Owing, double Seconds, bool IsWhole, ExplorationViolation? Violation);
