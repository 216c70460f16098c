using System.Collections.Immutable;
using Starling.Core.Identity;
using Starling.Core.Kernel;
using Starling.Core.Ledger;
using Starling.Core.Tasks;

namespace Starling.Simulation.Tasks;

/// <summary>The task runner of a world: its entry 0, which makes every node an operator, and the fold of its true ledger.</summary>
internal sealed class SimulatedRunner
{
    private readonly World world;
    private readonly List<Digest> hashes = [];
    private readonly SortedSet<int> refusing;

    public SimulatedRunner(World world)
    {
        this.world = world;
        var contract = ContractId.Parse("tasks");
        var found = new FoundRunner(world.Keys.Anchors, [world.Keys.Enrol(world.Admin, leaderEligible: false)],
            [.. world.Nodes.OrderBy(node => node.Identity.Id).Select(node => world.Keys.Enrol(node.Identity, leaderEligible: false))]);
        Founding = world.Keys.Sign(world.Admin, EntryBody.Founding(
            contract, world.Admin.Id, RunnerState.FoldVersion, RunnerEntryCodec.Encode(found)));
        Contract = new ContractReference(contract, Founding.Id);
        State = RunnerState.Empty(contract, Founding.Id);
        hashes.Add(RunnerStateCodec.Hash(State));
        refusing = DrawRefusing(world.Random.Fork("refusing"));
    }

    /// <summary>The task that has operators make something.</summary>
    public static TaskName Prepare { get; } = TaskName.Parse("prepare");

    /// <summary>The task that has them train.</summary>
    public static TaskName Train { get; } = TaskName.Parse("train");

    public ContractReference Contract { get; }

    /// <summary>Entry 0.</summary>
    public SignedEntry Founding { get; }

    /// <summary>The state now.</summary>
    public RunnerState State { get; private set; }

    /// <summary>The kinds of tasks that a node's owner has carried out: each, but on some hosts nothing is prepared.</summary>
    public ImmutableSortedSet<TaskKind> Accepted(int node) =>
        [.. Enum.GetValues<TaskKind>().Where(kind => kind != TaskKind.PrepareContent || !refusing.Contains(node))];

    /// <summary>Whether the training was completed in some run.</summary>
    public bool IsDone => State.Tasks.GetValueOrDefault(Train) is { Completed: > 0 };

    /// <summary>The state's digest after so many entries.</summary>
    public Digest HashAt(long height) => hashes[(int)height];

    // Two that live on and are honest are left, since one of them may be expelled yet: else the task could never be complete.
    private SortedSet<int> DrawRefusing(SeededRandom random)
    {
        var drawn = new SortedSet<int>(world.Nodes.Select(node => node.Index).Where(_ => random.Chance(0.3)));
        return world.Nodes.Count(node => !drawn.Contains(node.Index) && node.IsHonest && !world.Plan.Dying.Contains(node.Index)) >= 2
            ? drawn : [];
    }

    /// <summary>Folds what has become final.</summary>
    /// <param name="final">All final entries.</param>
    /// <param name="folded">Told of each: the entry, the state before it, and what became of it.</param>
    public void Advance(IReadOnlyList<VerifiedEntry> final, Action<VerifiedEntry, RunnerState, RunnerFoldResult> folded)
    {
        while (State.Height < final.Count)
        {
            var (entry, before) = (final[(int)State.Height], State);
            var result = RunnerFold.Apply(before, entry, world.Keys);
            State = result.State;
            hashes.Add(RunnerStateCodec.Hash(State));
            folded(entry, before, result);
        }
    }
}
