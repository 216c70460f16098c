using System.Diagnostics;

namespace Starling.Simulation.Exploration;

/// <summary>
/// Visits every state of a system, nearest first, so that the run to a violation is the shortest there is. Breaks of a rule are found on
/// the way; whether every fair run commits is asked once all states are known.
/// </summary>
internal static class Search
{
    /// <summary>Explores a system.</summary>
    /// <param name="system">The system.</param>
    /// <param name="mostStates">States after which it gives up.</param>
    /// <param name="progress">Told now and then how many states were found; may be null.</param>
    /// <param name="cancellation">Ends it early.</param>
    public static ExplorationReport Run<TWorld>(ITransitionSystem<TWorld> system, int mostStates, Action<int>? progress,
        CancellationToken cancellation)
    {
        var watch = Stopwatch.StartNew();
        var graph = new StateGraph();
        var frontier = new Queue<(TWorld World, int Depth)>();
        graph.Add(system.Key(system.Initial), -1, out _);
        frontier.Enqueue((system.Initial, 0));
        var (edges, depth, owing) = (0L, 0, 0);
        for (var state = 0; frontier.Count > 0; state++)
        {
            cancellation.ThrowIfCancellationRequested();
            if (graph.Count > mostStates)
                return Report(isWhole: false, null);
            if (state % 1000 == 0)
                progress?.Invoke(graph.Count);
            var (world, at) = frontier.Dequeue();
            depth = at;
            foreach (var transition in system.Next(world))
            {
                edges++;
                if (transition.Violation is { } broken)
                    return Report(isWhole: false, new Counterexample<TWorld>(system, graph).Safety(state, transition, broken));
                if (graph.Add(system.Key(transition.Next), state, out var target))
                    frontier.Enqueue((transition.Next, at + 1));
                if (target == state && !transition.Commits)
                    continue; // It changes nothing that matters.
                if (transition.Kind != TransitionKind.Fault)
                    graph.AddStep(transition.Commits ? -1 : target, transition.Kind);
            }

            var owes = system.Owes(world);
            owing += owes.MustCommit ? 1 : 0;
            graph.End(owes);
        }

        var stuck = new FairRuns(graph, cancellation).FirstBad();
        return Report(isWhole: true, stuck is { } bad ? new Counterexample<TWorld>(system, graph).Liveness(bad) : null);

        ExplorationReport Report(bool isWhole, ExplorationViolation? violation) =>
            new(graph.Count, edges, depth, owing, watch.Elapsed.TotalSeconds, isWhole, violation);
    }
}
