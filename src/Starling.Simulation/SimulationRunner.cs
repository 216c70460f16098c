using System.Collections.Immutable;
using System.Diagnostics;
using Starling.Simulation.Nodes;
using Starling.Simulation.Tracing;

namespace Starling.Simulation;

/// <summary>Runs seeds: each on one thread, several at a time.</summary>
public static class SimulationRunner
{
    /// <summary>One seed in so many runs twice, and the traces must be equal.</summary>
    public const int RepeatEvery = 10;

    /// <summary>Runs one seed.</summary>
    /// <param name="scenario">What is simulated.</param>
    /// <param name="seed">Decides everything else.</param>
    /// <param name="faults">How hard it is attacked.</param>
    /// <param name="trace">Receives a line for each event and effect; null for none.</param>
    /// <param name="cancellation">Gives the run up.</param>
    public static SimulationResult Run(
        SimulationScenario scenario, ulong seed, FaultLevel faults, Action<string>? trace = null,
        CancellationToken cancellation = default) =>
        Run(scenario, seed, faults, EdgeHooks.None, trace, cancellation);

    /// <summary>
    /// Runs one seed twice and compares the traces, as one in <see cref="RepeatEvery"/> of many seeds does. What it throws is a violation.
    /// </summary>
    /// <param name="scenario">What is simulated.</param>
    /// <param name="seed">Decides everything else.</param>
    /// <param name="faults">How hard it is attacked.</param>
    /// <param name="observer">Is told what happens the first time; null for nobody.</param>
    /// <param name="trace">Receives a line for each event and effect of the first time; null for none.</param>
    /// <param name="cancellation">Gives the run up.</param>
    public static SimulationResult RunTwice(
        SimulationScenario scenario, ulong seed, FaultLevel faults, ISimulationObserver? observer = null, Action<string>? trace = null,
        CancellationToken cancellation = default) => RunSafely(seed, faults, () =>
    {
        var result = RunWorld(scenario, seed, faults, EdgeHooks.None, new TraceLog(trace, observer), cancellation);
        if (!result.Violations.IsEmpty)
            return result;
        var again = Run(scenario, seed, faults, null, cancellation);
        return again.TraceHash == result.TraceHash
            ? result
            : result with
            {
                Violations = [new Violation("a seed is one run", result.VirtualTime, "the seed ran twice and the traces differ", "")]
            };
    });

    /// <summary>
    /// Runs many seeds, several at a time. Of each only what it adds up to is kept; <paramref name="progress"/> sees them all.
    /// </summary>
    /// <param name="scenario">What is simulated.</param>
    /// <param name="request">Which seeds.</param>
    /// <param name="progress">Told of each seed that is done; null for nobody.</param>
    /// <param name="cancellation">Gives up: the report is of those that are done.</param>
    public static SimulationReport RunMany(
        SimulationScenario scenario, SimulationRequest request, Action<SimulationProgress>? progress = null,
        CancellationToken cancellation = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(request.Seeds, 1);
        var watch = Stopwatch.StartNew();
        var gate = new Lock();
        var counts = new StormCounts();
        var failures = new List<SimulationFailure>();
        var (done, repeated, events) = (0, 0, 0L);
        try
        {
            Parallel.For(0, request.Seeds,
                new ParallelOptions { MaxDegreeOfParallelism = request.Parallelism, CancellationToken = cancellation }, index =>
            {
                var seed = request.First + (ulong)index;
                var isRepeated = index % RepeatEvery == 0;
                var result = isRepeated ? RunTwice(scenario, seed, request.Faults, cancellation: cancellation)
                    : RunSafely(seed, request.Faults, () => Run(scenario, seed, request.Faults, cancellation: cancellation));
                lock (gate)
                {
                    if (!result.Violations.IsEmpty)
                        failures.Add(new SimulationFailure(seed, result.Violations[0], request.ReplayCommand(seed)));
                    counts.Add(result.Counts);
                    events += result.Events;
                    repeated += isRepeated ? 1 : 0;
                    progress?.Invoke(new SimulationProgress(++done, request.Seeds, failures.Count, result));
                }
            });
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // Hours of seeds are not thrown away because the rest is given up.
        }

        return new SimulationReport(done, failures.Count, events, watch.Elapsed.TotalSeconds, repeated,
            [.. failures.OrderBy(failure => failure.Seed)], counts);
    }

    // One seed that cannot even be set up, or judged, does not end the others, and its replay finds the same.
    private static SimulationResult RunSafely(ulong seed, FaultLevel faults, Func<SimulationResult> run)
    {
        try
        {
            return run();
        }
        catch (Exception broken) when (broken is not OperationCanceledException)
        {
            return new SimulationResult(seed, faults, 0, TimeSpan.Zero,
                [new Violation("nothing throws", TimeSpan.Zero, broken.Message, broken.ToString())], default, 0, double.NaN, double.NaN,
                new StormCounts());
        }
    }

    internal static SimulationResult Run(
        SimulationScenario scenario, ulong seed, FaultLevel faults, EdgeHooks hooks, Action<string>? trace,
        CancellationToken cancellation) =>
        RunWorld(scenario, seed, faults, hooks, new TraceLog(trace), cancellation);

    private static SimulationResult RunWorld(
        SimulationScenario scenario, ulong seed, FaultLevel faults, EdgeHooks hooks, TraceLog trace, CancellationToken cancellation)
    {
        using var world = new World(scenario, seed, faults, hooks, trace);
        world.Run(cancellation);
        var (loss, accuracy) = Evaluate(world);
        return new SimulationResult(seed, faults, world.Heap.Happened, world.Heap.Now, [.. world.Violations], world.Trace.Hash(),
            world.First.Outcome.Rounds, loss, accuracy, world.Counts)
        {
            Named = world.First.Named.Where(node => node.Value.Count > 0)
                .ToImmutableSortedDictionary(node => node.Key, node => node.Value.Count, StringComparer.Ordinal),
            FaultKinds = world.Plan.Kinds,
            Liars = world.Plan.Liars.ToImmutableSortedDictionary(liar => world.Nodes[liar.Key].Name, liar => liar.Value,
                StringComparer.Ordinal),
            Drawn = DrawnSettings.Of(scenario, world.Contracts),
        };
    }

    private static (double Loss, double Accuracy) Evaluate(World world)
    {
        if (world.First.Outcome.Model is not { } state)
            return (double.NaN, double.NaN);
        var found = world.Scenario.Program(0).Evaluate(state);
        return (found.Loss, found.Accuracy);
    }
}
