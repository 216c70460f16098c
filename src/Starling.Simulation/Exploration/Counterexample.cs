using System.Collections.Immutable;
using Starling.Core.Identity;

namespace Starling.Simulation.Exploration;

/// <summary>Tells a run that breaks a rule, by taking its steps again.</summary>
internal sealed class Counterexample<TWorld>(ITransitionSystem<TWorld> system, StateGraph graph)
{
    /// <summary>The run to a step that breaks a rule.</summary>
    public ExplorationViolation Safety(int state, Transition<TWorld> step, BrokenRule broken)
    {
        var (run, _) = Replay(state);
        return new ExplorationViolation(broken.Rule, broken.What, run.Add(step.Label), [], system.Describe(step.Next));
    }

    /// <summary>The run to a state from which some fair run never commits, and how that one goes on.</summary>
    public ExplorationViolation Liveness(BadState bad)
    {
        var (run, world) = Replay(bad.State);
        return bad.IsStuck
            ? new ExplorationViolation("every round commits", "nothing that is due can happen any more", run, [], system.Describe(world))
            : new ExplorationViolation("every round commits", "a run can go round for ever without a commit", run, Loop(bad, world),
                system.Describe(world));
    }

    private (ImmutableArray<string> Run, TWorld World) Replay(int state)
    {
        var states = new Stack<int>();
        for (var at = state; at > 0; at = graph.Parent(at))
            states.Push(at);
        var run = ImmutableArray.CreateBuilder<string>();
        var world = system.Initial;
        foreach (var at in states)
        {
            var step = Step(world, graph.Key(at));
            run.Add(step.Label);
            world = step.Next;
        }

        return (run.ToImmutable(), world);
    }

    // The way back to the state within its component, nearest first.
    private ImmutableArray<string> Loop(BadState bad, TWorld start)
    {
        var from = new Dictionary<int, (int Before, string Label)>();
        var open = new Queue<(int State, TWorld World)>();
        open.Enqueue((bad.State, start));
        while (open.TryDequeue(out var visit))
        {
            foreach (var step in system.Next(visit.World))
            {
                if (step.Commits || step.Kind is TransitionKind.Fault or TransitionKind.InTheEnd
                    || graph.Find(system.Key(step.Next)) is not { } target
                    || bad.Components[target] != bad.Components[bad.State] || from.ContainsKey(target))
                    continue;
                from.Add(target, (visit.State, step.Label));
                if (target == bad.State)
                    return Labels(from, bad.State);
                open.Enqueue((target, step.Next));
            }
        }

        return [];
    }

    private static ImmutableArray<string> Labels(Dictionary<int, (int Before, string Label)> from, int state)
    {
        var labels = new Stack<string>();
        for (var at = state; labels.Count == 0 || at != state; at = from[at].Before)
            labels.Push(from[at].Label);
        return [.. labels];
    }

    private Transition<TWorld> Step(TWorld world, Digest key) => system.Next(world).First(step => system.Key(step.Next) == key);
}
