using System.Collections.Immutable;
using Starling.Core.Contracts;
using Starling.Core.Identity;
using Starling.Core.Kernel;
using Starling.Core.Ledger;
using Starling.Core.Tasks;
using Starling.Core.Training;
using Starling.Simulation.Checkers;
using Starling.Simulation.Ledger;
using Starling.Simulation.Nodes;

namespace Starling.Simulation;

/// <summary>
/// A training contract of a world: its settings, the fold of its true ledger, what it came to, and the checkers that watch it. They see the
/// world as if it were the only one.
/// </summary>
internal sealed class SimulatedContract : IObservedWorld
{
    private readonly World world;
    private readonly CheckerSet checkers;

    public SimulatedContract(World world, ContractId id, SimulationScenario scenario)
    {
        this.world = world;
        Scenario = scenario;
        Founding = Simulation.Founding.Entry(id, scenario, world.Keys, world.Admin, [.. world.Nodes.Select(node => node.Identity)]);
        Contract = new ContractReference(id, Founding.Id);
        Reference = new ReferenceFold(Contract, world.Keys);
        Outcome = new Outcome(world, this);
        checkers = CheckerSet.OfContract(this, scenario.Settings.UsesRounds);
    }

    /// <summary>What its name is.</summary>
    public ContractId Id => Contract.Contract;

    public ContractReference Contract { get; }

    /// <summary>What is simulated of it, as the seed drew it.</summary>
    public SimulationScenario Scenario { get; }

    /// <summary>Entry 0.</summary>
    public SignedEntry Founding { get; }

    public ReferenceFold Reference { get; }

    public Outcome Outcome { get; }

    /// <summary>In which of the rounds that stand each node was named for voting for another merge than the majority.</summary>
    public SortedDictionary<string, SortedSet<long>> Named { get; } = new(StringComparer.Ordinal);

    /// <summary>Whether its training is over: of one without rounds on the ledger, only if everyone has passed them.</summary>
    public bool IsOver => Scenario.Settings.UsesRounds ? Truth.Ended : Outcome.IsReached;

    public TrainingState Truth => Reference.State;

    public IReadOnlyList<IObservedNode> Observed => world.Observed;

    public RunnerState? RunnerTruth => world.RunnerTruth;

    public TimeSpan Now => world.Now;

    public TimeSpan? CalmSince => world.CalmSince;

    public int ChunkBytes => world.ChunkBytes;

    public int ProgressFloorBytes => world.ProgressFloorBytes;

    public Digest TruthAt(long height) => Reference.HashAt(height);

    public Digest RunnerTruthAt(long height) => world.RunnerTruthAt(height);

    public IObservedNode? Find(NodeId id) => world.Find(id);

    public byte[]? Archived(BlobId id) => world.Archived(id);

    public void Report(string rule, string what, string detail = "") =>
        world.Report(rule, world.Contracts.Length > 1 ? $"{Id}: {what}" : what, detail);

    /// <summary>What something of this contract is called: of the first as if there were no other.</summary>
    public string Called(string what) => this == world.First ? what : $"{what} of {Id}";

    /// <summary>A node's edge was asked for something on behalf of this contract.</summary>
    public void Asked(SimulatedNode node, Effect effect)
    {
        checkers.Asked(node, effect);
        if (node.IsHonest && effect is Report { Event: RoundPassed passed })
            Outcome.Passed(node, passed);
    }

    /// <summary>A node sends an entry to its ledger.</summary>
    public void Sent(SimulatedNode node, SignedEntry entry) => checkers.Sent(node, entry);

    /// <summary>A node took a step, be it about this contract or not.</summary>
    public void Stepped(SimulatedNode node, NodeState before, Input input, StepResult result)
    {
        checkers.Stepped(node, input, result);
        // What only models of several chunks ever meet.
        if (before.Contracts.GetValueOrDefault(Id) is { } old && result.State.Contracts.GetValueOrDefault(Id) is { } now
            && !ReferenceEquals(old.Clocks.Testified, now.Clocks.Testified) && !now.Clocks.Testified.IsEmpty)
            world.Counts.Add("counted testimony");
    }

    /// <summary>A node was killed.</summary>
    public void Killed(SimulatedNode node) => checkers.Killed(node);

    /// <summary>Folds what has become final.</summary>
    /// <param name="folded">Told of each entry, and of what became of it.</param>
    public void Advance(Action<VerifiedEntry, TrainingState, FoldResult> folded) =>
        Reference.Advance(world.Ledger.Final(Id), (entry, before, result) =>
        {
            checkers.Folded(entry, before, result);
            folded(entry, before, result);
            Count(before, result);
            foreach (var node in world.Nodes)
                node.Liar?.SeeEntry(this);
        });

    private void Count(TrainingState before, FoldResult result)
    {
        var counts = world.Counts;
        if (result.Refusal != Refusal.None)
            counts.Add($"refused {result.Refusal}");
        else if (result.Entry is { } accepted)
            counts.Add($"accepted {accepted.GetType().Name}");
        if (result is { Refusal: Refusal.None, Entry: Restart restart })
        {
            foreach (var rounds in Named.Values)
                rounds.RemoveWhere(round => round >= restart.Round);
            counts.Add((before.Round!.Round - restart.Round) switch
            {
                0 => "restart of the open round",
                1 => "restart of the round before",
                _ => "restart from the first round",
            });
        }

        foreach (var happening in result.Happenings)
            counts.Add(happening is TermChanged { Unresolved: true } ? "unresolved dispute" : $"happened {happening.GetType().Name}");
        if (result.Happenings.OfType<Committed>().Any(committed => !committed.Commit.Named.IsEmpty))
            counts.Add("named");
        foreach (var commit in result.Happenings.OfType<Committed>().Select(committed => committed.Commit))
            foreach (var named in commit.Named)
                if (!Named.TryAdd(named.Name, [commit.Round]))
                    Named[named.Name].Add(commit.Round);
    }
}
