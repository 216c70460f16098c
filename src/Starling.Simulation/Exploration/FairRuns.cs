namespace Starling.Simulation.Exploration;

/// <summary>
/// Whether every fair run commits, once faults have stopped: over the strongly connected components of the steps that neither
/// commit nor are faults (Tarjan, 1972), deepest first. Assumed of the ledger and of honest nodes is no more than this: something
/// that is due happens in the end, though the Byzantine node may come between as often as it likes; a live node's Ready is accepted
/// in the end; and time passes.
/// </summary>
/// <remarks>
/// A component is good if each of its states has something due, every step out of it leads to a good one or commits, and no fair run stays
/// in it. None stays if it has no cycle; if all its steps are the Byzantine node's, since something is due throughout; or if throughout
/// it as many members are ready and another live one is not, whose Ready leads out, or a deadline is to come that leads out.
/// </remarks>
/// <param name="graph">All states.</param>
/// <param name="cancellation">Ends it early.</param>
internal sealed class FairRuns(StateGraph graph, CancellationToken cancellation)
{
    private readonly int[] index = new int[graph.Count];
    private readonly int[] low = new int[graph.Count];
    private readonly int[] component = new int[graph.Count];
    private readonly bool[] commits = new bool[graph.Count];
    private readonly Stack<int> path = new();
    private readonly List<List<int>> components = [];
    private int next;

    /// <summary>
    /// A state from which some fair run never commits: one below which all is well, so that the reason is near. Null if there is none.
    /// </summary>
    public BadState? FirstBad()
    {
        Array.Fill(component, -1);
        for (var state = 0; state < graph.Count; state++)
            if (graph.Owes(state).MustCommit && index[state] == 0)
                Visit(state);
        Judge();
        int? worst = null;
        for (var state = 0; state < graph.Count; state++)
            if (graph.Owes(state).MustCommit && !commits[state] && (worst is not { } other || Precedes(state, other)))
                worst = state;
        return worst is { } found ? new BadState(found, !HasDue(found), component) : null;
    }

    private bool Precedes(int state, int other) => component[state] != component[other]
        ? component[state] < component[other]
        : !HasDue(state) && HasDue(other);

    private bool HasDue(int state)
    {
        for (var step = graph.First(state); step < graph.End(state); step++)
            if (graph.Step(step).Kind == TransitionKind.Due)
                return true;
        return false;
    }

    // Tarjan's algorithm with a stack of its own: runs are longer than a thread's.
    private void Visit(int root)
    {
        var calls = new Stack<(int State, int Step)>();
        Enter(root);
        calls.Push((root, graph.First(root)));
        while (calls.TryPop(out var call))
        {
            cancellation.ThrowIfCancellationRequested();
            var (state, step) = call;
            if (step < graph.End(state))
            {
                calls.Push((state, step + 1));
                var (target, kind) = graph.Step(step);
                if (target < 0 || kind == TransitionKind.InTheEnd)
                    continue;
                if (index[target] == 0)
                {
                    Enter(target);
                    calls.Push((target, graph.First(target)));
                }
                else if (component[target] < 0)
                {
                    low[state] = Math.Min(low[state], index[target]);
                }

                continue;
            }

            if (calls.TryPeek(out var caller))
                low[caller.State] = Math.Min(low[caller.State], low[state]);
            if (low[state] == index[state])
                Close(state);
        }
    }

    private void Enter(int state)
    {
        index[state] = low[state] = ++next;
        path.Push(state);
    }

    private void Close(int root)
    {
        var members = new List<int>();
        int member;
        do
        {
            member = path.Pop();
            component[member] = components.Count;
            members.Add(member);
        }
        while (member != root);
        components.Add(members);
    }

    // What time brings in the end may lead anywhere, so the deepest first is not enough: until nothing more turns out to be good.
    private void Judge()
    {
        var hasMoved = true;
        while (hasMoved)
        {
            hasMoved = false;
            foreach (var members in components.Where(members => !commits[members[0]] && IsGood(members)))
            {
                cancellation.ThrowIfCancellationRequested();
                foreach (var state in members)
                    commits[state] = true;
                hasMoved = true;
            }
        }
    }

    private bool IsGood(List<int> members)
    {
        var (isCycle, isByzantine, hasEnd, endsWell) = (false, true, false, true);
        foreach (var state in members)
        {
            if (!HasDue(state))
                return false;
            for (var step = graph.First(state); step < graph.End(state); step++)
            {
                var (target, kind) = graph.Step(step);
                if (target < 0)
                    continue;
                if (kind == TransitionKind.InTheEnd)
                {
                    (hasEnd, endsWell) = (true, endsWell && commits[target]);
                }
                else if (component[target] == component[state])
                {
                    isCycle = true;
                    isByzantine &= kind == TransitionKind.Byzantine;
                }
                else if (!commits[target])
                {
                    return false;
                }
            }
        }

        return !isCycle || isByzantine || Awaits(members, owes => owes.LacksReady)
            || (hasEnd && endsWell && Awaits(members, owes => owes.AwaitsTime));
    }

    private bool Awaits(List<int> members, Func<Obligation, bool> what)
    {
        var ready = graph.Owes(members[0]).Ready;
        return members.TrueForAll(state => graph.Owes(state).Ready == ready && what(graph.Owes(state)));
    }
}
