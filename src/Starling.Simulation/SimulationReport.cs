using System.Collections.Immutable;

namespace Starling.Simulation;

/// <summary>
/// What came of many seeds: the last line of <c>starling sim</c> has <c>seeds</c>, <c>violations</c>, <c>events</c> and <c>seconds</c>.
/// </summary>
/// <param name="Seeds">Seeds that ran: fewer than were asked for if the rest was given up.</param>
/// <param name="Violations">Seeds that broke a rule.</param>
/// <param name="Events">Events in all, repetitions not counted.</param>
/// <param name="Seconds">Real seconds.</param>
/// <param name="Repeated">Seeds that ran twice to compare the traces.</param>
/// <param name="Failures">The seeds that broke a rule, in order.</param>
/// <param name="Counts">What happened how often, in all.</param>
public sealed record SimulationReport(
    int Seeds,
    int Violations,
    long Events,
    double Seconds,
    int Repeated,
    ImmutableArray<SimulationFailure> Failures,
    StormCounts Counts);
