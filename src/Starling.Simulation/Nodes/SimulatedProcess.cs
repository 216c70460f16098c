using Starling.Core.Identity;
using Starling.Core.Kernel;

namespace Starling.Simulation.Nodes;

/// <summary>
/// The simulated edge of one run of a node: it feeds the kernel one input at a time and carries the effects out in virtual time. Like the
/// real edge it decides nothing.
/// </summary>
internal sealed class SimulatedProcess
{
    private readonly SeededRandom random;
    private readonly DiskEdge disk;
    private readonly LedgerEdge ledger;
    private readonly PeerEdge peers;
    private readonly ComputeEdge compute;
    private readonly SortedDictionary<ContractId, ProgramEdge> programs = [];
    private readonly WorkEdge work;
    private readonly SortedSet<OperationId> open = [];
    private readonly Queue<Action> held = [];
    private long steps;
    private long wake;
    private bool dead;

    public SimulatedProcess(World world, SimulatedNode node, SeededRandom random)
    {
        World = world;
        Node = node;
        this.random = random;
        State = world.Runner is { } runner
            ? NodeKernel.Create(node.Identity, [], world.Keys, world.Scenario.Kernel with { Tasks = runner.Accepted(node.Index) },
                [runner.Contract])
            : NodeKernel.Create(
                node.Identity, [.. world.Contracts.Select(contract => contract.Contract)], world.Keys, world.Scenario.Kernel);
        ledger = new LedgerEdge(this, random.Fork("ledger"));
        disk = new DiskEdge(this, ledger, random.Fork("disk"));
        peers = new PeerEdge(this, random.Fork("room"));
        compute = new ComputeEdge(this, random.Fork("compute"));
        foreach (var contract in world.Contracts)
            programs.Add(contract.Id, new ProgramEdge(this, contract));
        work = new WorkEdge(this, programs[world.First.Id], random.Fork("work"));
    }

    public World World { get; }

    public SimulatedNode Node { get; }

    public NodeState State { get; private set; }

    public PeerEdge Peers => peers;

    /// <summary>Whether it stands still: stopped, swapped out, or on a machine that is paused.</summary>
    public bool StandsStill { get; private set; }

    /// <summary>Lets it do nothing until it goes on. The network takes what others send to it, and what was on its way arrives.</summary>
    public void StandStill() => StandsStill = true;

    /// <summary>Lets it go on with all that came meanwhile, in order.</summary>
    public void GoOn()
    {
        StandsStill = false;
        Node.WentOnAt = World.Heap.Now;
        while (!StandsStill && held.TryDequeue(out var happen))
            happen();
    }

    /// <summary>Does something at once, or when the process goes on; never if it dies before.</summary>
    public void WhenAwake(Action happen)
    {
        if (dead)
            return;
        if (StandsStill)
            held.Enqueue(happen);
        else
            happen();
    }

    /// <summary>Gives the kernel an input, and carries out what it asks for.</summary>
    public void Feed(Input input) => WhenAwake(() => Take(input));

    private void Take(Input input)
    {
        if (dead)
            return;
        World.Trace.Told(World.Heap.Now, Node.Name, input);
        var before = State;
        var stream = random.Fork($"step {++steps}");
        var now = Node.Clock.Show(World.Heap.Now);
        var result = NodeKernel.Step(before, input, now, stream);
        State = result.State;
        var cut = World.DrawCrashInStep(Node, result.Effects.Length);
        var carried = 0;
        foreach (var effect in result.Effects)
        {
            if (carried++ == cut)
                break;
            World.Trace.Asked(World.Heap.Now, Node.Name, effect);
            World.Asked(Node, effect);
            Carry(effect);
        }

        World.Stepped(Node, before, input, now, steps, random, result);
        if (cut >= 0)
            World.Storms.Crash(Node);
    }

    /// <summary>Lets something happen later, unless the process has died.</summary>
    public void Later(TimeSpan delay, Action happen) => World.Heap.After(delay, () =>
    {
        if (!dead)
            happen();
    });

    /// <summary>Completes an operation, unless it was cancelled.</summary>
    public void Complete(TimeSpan delay, Completion completion) => Later(delay, () => Complete(completion));

    /// <summary>Completes an operation now. With duplication on, a completion may come twice; the kernel must ignore the second.</summary>
    public void Complete(Completion completion)
    {
        if (!open.Remove(completion.Operation))
            return;
        Feed(completion);
        if (World.DrawEcho())
            Later(TimeSpan.FromMilliseconds(5), () => Feed(completion));
    }

    public bool IsOpen(OperationId operation) => open.Contains(operation);

    public void Die() => dead = true;

    private void Carry(Effect effect)
    {
        if (effect is Operation operation)
            open.Add(operation.Id);
        switch (effect)
        {
            case Release:
                disk.Carry(effect);
                peers.Carry(effect);
                break;
            case SaveRecord or SaveBlob or MirrorEntries or OpenBlob:
                disk.Carry(effect);
                break;
            case Sign or AppendEntry or ReadLedger:
                ledger.Carry(effect);
                break;
            case FetchManifest or FetchChunk or Share or Send or KeepPeers:
                peers.Carry(effect);
                break;
            case Compute computation:
                compute.Carry(computation);
                break;
            case StartWork start:
                work.Carry(start);
                break;
            case Deliver deliver:
                programs[deliver.Assignment.Contract].Carry(deliver.Assignment);
                break;
            case Cancel cancel:
                // It may be too late to stop it, and then it is completed all the same.
                if (!World.DrawTooLate())
                {
                    open.Remove(cancel.Id);
                    peers.Forget(cancel.Id);
                }

                work.Forget(cancel.Id);
                break;
            case WakeAt at:
                WakeUp(at.At);
                break;
            case Report or Halt:
                break;
            default:
                throw new InvalidOperationException($"The simulated edge cannot carry out {effect.GetType().Name}.");
        }
    }

    private void WakeUp(Instant at)
    {
        var turn = ++wake;
        if (at == Instant.Never)
            return;
        World.Heap.At(Node.Clock.When(at), () =>
        {
            if (!dead && turn == wake)
                Feed(new Woke());
        });
    }
}
