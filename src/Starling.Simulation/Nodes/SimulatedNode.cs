using Starling.Core.Identity;
using Starling.Core.Kernel;
using Starling.Simulation.Ledger;
using Starling.Simulation.Liars;
using Starling.Simulation.Scheduling;
using Starling.Simulation.Storage;

namespace Starling.Simulation.Nodes;

/// <summary>A machine of the simulated world: a disk, a clock and, while it runs, the process of a node.</summary>
internal sealed class SimulatedNode : IObservedNode
{
    private readonly World world;
    private readonly SeededRandom random;
    private long starts;

    public SimulatedNode(World world, int index, NodeIdentity identity, LocalClock clock, double slowness)
    {
        this.world = world;
        Index = index;
        Identity = identity;
        Clock = clock;
        Slowness = slowness;
        random = world.Random.Fork($"node {index}");
    }

    /// <inheritdoc/>
    public int Index { get; }

    public NodeIdentity Identity { get; }

    /// <inheritdoc/>
    public string Name => Identity.Id.Name;

    public LocalClock Clock { get; }

    /// <summary>How many times longer than on the fastest machine computing takes, from 1.</summary>
    public double Slowness { get; }

    /// <summary>What makes it lie, or null if it is honest.</summary>
    public Liar? Liar { get; set; }

    /// <inheritdoc/>
    public Instant Now => Clock.Show(world.Heap.Now);

    /// <inheritdoc/>
    public bool IsHonest => Liar is null;

    /// <inheritdoc/>
    public SimulatedDisk Disk { get; } = new();

    /// <summary>Its way to the ledger.</summary>
    public LedgerLink Ledger { get; } = new();

    /// <summary>The running process, or null.</summary>
    public SimulatedProcess? Process { get; private set; }

    /// <inheritdoc/>
    public NodeState? State => Process?.State;

    /// <inheritdoc/>
    public TimeSpan? WentOnAt { get; set; }

    /// <summary>The contracts whose program was told that training has ended, in this or an earlier process.</summary>
    public SortedSet<ContractId> Finished { get; } = [];

    /// <summary>The contracts whose program trained last what is not finite, so that the node announced nothing.</summary>
    public SortedSet<ContractId> Diverged { get; } = [];

    /// <summary>Starts the node with what its disk holds.</summary>
    public void Start()
    {
        if (Process is not null)
            return;
        starts++;
        world.Note(Name, "starts");
        world.Network.Start(Index);
        Process = new SimulatedProcess(world, this, random.Fork($"process {starts}"));
        Process.Feed(Disk.Start());
    }

    /// <summary>The power goes: the process is gone, and of the disk what was not synced.</summary>
    public void Kill(bool tear)
    {
        if (Process is null)
            return;
        world.Note(Name, "is killed");
        Process.Die();
        Process = null;
        world.Network.Stop(Index);
        if (Disk.Crash(random.Fork($"crash {starts}"), tear))
            world.Counts.Add("torn write");
        world.Counts.Add("crash");
    }
}
