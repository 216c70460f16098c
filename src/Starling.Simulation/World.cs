using System.Collections.Immutable;
using Starling.Core.Blobs;
using Starling.Core.Contracts;
using Starling.Core.Identity;
using Starling.Core.Kernel;
using Starling.Core.Ledger;
using Starling.Core.Tasks;
using Starling.Core.Training;
using Starling.Simulation.Checkers;
using Starling.Simulation.Faults;
using Starling.Simulation.Keys;
using Starling.Simulation.Ledger;
using Starling.Simulation.Liars;
using Starling.Simulation.Network;
using Starling.Simulation.Nodes;
using Starling.Simulation.Scheduling;
using Starling.Simulation.Tasks;
using Starling.Simulation.Tracing;

namespace Starling.Simulation;

/// <summary>
/// One seed's world: nodes, network, ledger, faults and checkers around one heap of events. Runs on one thread and touches nothing outside,
/// so that the seed alone decides everything.
/// </summary>
internal sealed class World : IObservedWorld, IDisposable
{
    private readonly SortedDictionary<NodeId, int> indexes = [];
    private readonly SortedDictionary<BlobId, byte[]> archive = [];
    private readonly SeededRandom chances;
    private readonly CheckerSet checkers;

    public World(SimulationScenario scenario, ulong seed, FaultLevel level, EdgeHooks hooks, TraceLog trace)
    {
        Random = new SeededRandom(seed);
        chances = Random.Fork("chances");
        Trace = trace;
        Hooks = hooks;
        Scenario = Founding.Draw(scenario, Random.Fork("settings"), level);
        Plan = new FaultPlanDraw(Random.Fork("faults"), Scenario).Draw(level);
        var scenarios = Founding.Contracts(Scenario).ToList();
        if (level == FaultLevel.Storm)
            for (var i = 0; i < scenarios.Count; i++)
                scenarios[i] = new CourseDraw(scenarios[i], Plan, Random.Fork(i == 0 ? "course" : $"course {i}")).Draw();
        Scenario = scenarios[0];
        if (Plan.Kinds.IsEmpty && Plan.Liars.IsEmpty)
            CalmSince = TimeSpan.Zero;
        Keys = new SimulatedKeys(Random.Fork("keys"));
        Network = new SimulatedNetwork(Heap, Random.Fork("network"), scenario.Nodes,
            (node, peer, up) => Nodes![node].Process?.Peers.Changed(peer, up), scenario.MaxUploadRate);
        Ledger = new SimulatedLedger(Heap, Random.Fork("ledger"), entry => Keys.Verify(entry).SignatureValid, LedgerMoved);
        Nodes = [.. Enumerable.Range(0, scenario.Nodes).Select(CreateNode)];
        Admin = Keys.Issue(NodeId.Create("sim", "consortium", "admin"));
        Observed = [.. Nodes];
        Contracts = [.. scenarios.Select((each, index) => new SimulatedContract(this, Founding.Names[index], each))];
        foreach (var (index, lies) in Plan.Liars)
            Nodes[index].Liar = new Liar(this, Nodes[index], lies);
        Runner = scenario.Options.Tasks ? new SimulatedRunner(this) : null;
        checkers = CheckerSet.OfNodes(this);
        Storms = new StormDriver(this, Random.Fork("storms"));
        foreach (var contract in Contracts)
            Ledger.Append(contract.Founding);
        if (Runner is not null)
            Ledger.Append(Runner.Founding);
    }

    public SeededRandom Random { get; }

    /// <summary>What is simulated of the first contract, and of the nodes, as the seed drew it.</summary>
    public SimulationScenario Scenario { get; }

    /// <summary>What the seed drew.</summary>
    public FaultPlan Plan { get; }

    /// <summary>What goes wrong at present: the plan, and nothing once faults have stopped.</summary>
    public FaultPlan Faults { get; private set; } = new();

    public EdgeHooks Hooks { get; }

    public EventHeap Heap { get; } = new();

    public TraceLog Trace { get; }

    public SimulatedKeys Keys { get; }

    public SimulatedNetwork Network { get; }

    public SimulatedLedger Ledger { get; }

    /// <summary>The training contracts that every node follows.</summary>
    public ImmutableArray<SimulatedContract> Contracts { get; }

    /// <summary>The contract that a result tells of.</summary>
    public SimulatedContract First => Contracts[0];

    /// <summary>The task runner that has the nodes train; null if they do by themselves.</summary>
    public SimulatedRunner? Runner { get; }

    public ImmutableArray<SimulatedNode> Nodes { get; }

    /// <summary>The contracts' admin, who is no node.</summary>
    public NodeIdentity Admin { get; }

    public StormDriver Storms { get; }

    public StormCounts Counts { get; } = new();

    public IReadOnlyList<IObservedNode> Observed { get; }

    public TrainingState Truth => First.Truth;

    public RunnerState? RunnerTruth => Runner?.State;

    public TimeSpan Now => Heap.Now;

    public TimeSpan? CalmSince { get; private set; }

    public int ChunkBytes => Scenario.Options.ChunkBytes;

    public int ProgressFloorBytes => Scenario.Kernel.ProgressFloorBytes;

    /// <summary>What was found, in order. The run ends at the first.</summary>
    public List<Violation> Violations { get; } = [];

    /// <summary>Lets the faults happen, then heals the world and waits until the run is done.</summary>
    public void Run(CancellationToken cancellation)
    {
        try
        {
            Live(cancellation);
        }
        catch (Exception broken) when (broken is not OperationCanceledException)
        {
            // A broken invariant of the kernel is a finding like any other, with a seed that replays it.
            Report("nothing throws", broken.Message, broken.ToString());
        }
    }

    private void Live(CancellationToken cancellation)
    {
        Faults = Plan;
        Ledger.Faults = Plan.Ledger;
        Network.Weather = Plan.Weather;
        Storms.Begin();
        if (Runner is not null)
            new TaskAdmin(this, Runner, Random.Fork("tasks")).Begin();
        RunUntil(Plan.Duration, () => Contracts.All(contract => contract.IsOver), cancellation);
        Heal();
        RunUntil(Heap.Now + Scenario.Options.HealingTime, IsDone, cancellation);
        if (Violations.Count == 0 && !IsDone())
            Report("liveness", Heap.Happened >= Scenario.Options.MostEvents
                ? $"the run took {Heap.Happened} events without an end"
                : $"the run did not end within {Scenario.Options.HealingTime} after faults had stopped", Standstill.Describe(this));
        foreach (var contract in Contracts)
            if (Violations.Count == 0)
                contract.Outcome.CheckSpread();
    }

    /// <summary>Which node this is, or -1.</summary>
    public int IndexOf(NodeId id) => indexes.GetValueOrDefault(id, -1);

    public Digest TruthAt(long height) => First.TruthAt(height);

    public Digest RunnerTruthAt(long height) => Runner!.HashAt(height);

    public IObservedNode? Find(NodeId id) => IndexOf(id) is >= 0 and var index ? Nodes[index] : null;

    /// <summary>Puts bytes on a node's disk, unsynced, and keeps a copy for the checkers.</summary>
    public BlobId Store(SimulatedNode node, byte[] bytes)
    {
        var id = node.Disk.Put(bytes, ChunkBytes);
        archive.TryAdd(id, bytes);
        return id;
    }

    /// <summary>The bytes of a blob that anyone ever made, or null.</summary>
    public byte[]? Archived(BlobId id) => archive.GetValueOrDefault(id);

    public void Note(string who, string what) => Trace.Note(Heap.Now, who, what);

    /// <summary>A node's edge was asked for something.</summary>
    public void Asked(SimulatedNode node, Effect effect)
    {
        foreach (var contract in Contracts)
            if (IsOf(contract.Id, node, effect))
                contract.Asked(node, effect);
        checkers.Asked(node, effect);
        if (effect is Report { Event: var told } && (told.Contract == First.Id || told.Contract == Runner?.Contract.Contract))
            Trace.Tell(Now, node.Name, told);
    }

    // Who watches a contract is not told what a node does for another one. A blob that several want is fetched for each of them.
    private static bool IsOf(ContractId contract, SimulatedNode node, Effect effect) => effect switch
    {
        Report report => report.Event.Contract == contract,
        Deliver deliver => deliver.Assignment.Contract == contract,
        Send { Message: ProtocolMessage message } => message.Contract == contract,
        ReadLedger read => read.Contract == contract,
        Sign sign => EntryBody.Decode(sign.Bytes.AsMemory()).Contract == contract,
        FetchChunk fetch => node.State!.Transfers.Blobs.GetValueOrDefault(fetch.Blob)?.Contracts.Contains(contract) == true,
        Compute compute => node.State!.Operations.GetValueOrDefault(compute.Id) switch
        {
            AwaitedInspection inspection => inspection.Contract == contract,
            AwaitedMerge merge => merge.Contract == contract,
            AwaitedByProtocol own => own.Contract == contract,
            _ => false,
        },
        _ => false,
    };

    /// <summary>A node sends an entry to the ledger.</summary>
    public void Sent(SimulatedNode node, AppendEntry append)
    {
        foreach (var contract in Contracts)
            if (contract.Id == append.Entry.Body.Contract)
                contract.Sent(node, append.Entry);
        checkers.Sent(node, append.Entry);
        foreach (var other in Nodes)
            if (other != node)
                other.Liar?.Overhear(append.Entry);
    }

    /// <summary>A node took a step.</summary>
    public void Stepped(SimulatedNode node, NodeState before, Input input, Instant now, long step, SeededRandom stream, StepResult result)
    {
        foreach (var contract in Contracts)
            contract.Stepped(node, before, input, result);
        checkers.Stepped(node, input, result);
        CountTransfers(result);
        if (step % 16 == 0)
        {
            var again = NodeKernel.Step(before, input, now, stream.Fork($"step {step}"));
            checkers.Repeated(node, result, again);
        }
    }

    private void CountTransfers(StepResult result)
    {
        foreach (var effect in result.Effects)
            if (effect is FetchChunk fetch && result.State.Transfers.Blobs.GetValueOrDefault(fetch.Blob) is { } blob)
            {
                if (blob is { Spread: { } spread, Manifest.Chunks.Length: var chunks } && chunks >= BlobSpread.LeastChunks
                    && fetch.Peer != spread.Source)
                    Counts.Add("chunk shared out");
                if (blob.Contracts.Count > 1)
                    Counts.Add("chunk for two contracts");
            }
    }

    /// <summary>Something is not as it must be.</summary>
    public void Report(string rule, string what, string detail = "")
    {
        Violations.Add(new Violation(rule, Heap.Now, what, detail));
        Note("checker", $"{rule}: {what}");
    }

    /// <summary>A node was killed.</summary>
    public void Killed(SimulatedNode node)
    {
        foreach (var contract in Contracts)
            contract.Killed(node);
        checkers.Killed(node);
    }

    /// <summary>After how many of its effects a node dies in this step; -1 if it does not.</summary>
    public int DrawCrashInStep(SimulatedNode node, int effects) =>
        Faults.CrashInStep > 0 && effects > 0 && node.IsHonest && chances.Chance(Faults.CrashInStep) ? chances.Next(effects) : -1;

    /// <summary>Whether a completion comes a second time.</summary>
    public bool DrawEcho() => Faults.Weather.Duplication > 0 && chances.Chance(Faults.Weather.Duplication / 10);

    /// <summary>Whether an operation that is cancelled is completed nevertheless.</summary>
    public bool DrawTooLate() => Faults.Weather.Duplication > 0 && chances.Chance(0.5);

    public void Dispose() => Trace.Dispose();

    private void RunUntil(TimeSpan until, Func<bool> isDone, CancellationToken cancellation)
    {
        while (Violations.Count == 0 && !isDone() && Heap.Happened < Scenario.Options.MostEvents && Heap.Step(until))
            if ((Heap.Happened & 1023) == 0)
                cancellation.ThrowIfCancellationRequested();
    }

    private void Heal()
    {
        Note("world", "heals");
        Faults = new FaultPlan();
        Ledger.Faults = new() { FinalAfter = Plan.Ledger.FinalAfter };
        Network.Weather = NetworkWeather.Calm;
        Storms.End();
        // The dead start within one such time, and entries under way land within a few.
        if (Plan.Liars.IsEmpty)
            CalmSince ??= Now + (Scenario.Settings.LeaderTimeout * 8);
    }

    private bool IsDone() => Contracts.All(contract => contract.Outcome.IsReached);

    private void LedgerMoved(ImmutableArray<ContractId> moved)
    {
        foreach (var contract in Contracts)
            contract.Advance(checkers.Folded);
        Runner?.Advance(Ledger.Final(Runner.Contract.Contract), (entry, before, result) =>
        {
            checkers.Folded(entry, before, result);
            Counts.Add(result.Refusal == Refusal.None ? $"task accepted {result.Entry!.GetType().Name}" : $"task refused {result.Refusal}");
        });
        foreach (var contract in moved)
            foreach (var node in Nodes)
                for (var hints = node.Process is null ? 0 : Ledger.DrawHints(); hints > 0; hints--)
                    Heap.After(chances.Between(TimeSpan.Zero, TimeSpan.FromMilliseconds(50)),
                        () => node.Process?.Feed(new LedgerChanged(contract)));
    }

    private SimulatedNode CreateNode(int index)
    {
        var random = Random.Fork($"machine {index}");
        var identity = Keys.Issue(NodeId.Create("sim", $"org{index}", $"n{index}"));
        indexes.Add(identity.Id, index);
        var clock = new LocalClock(random.Between(TimeSpan.Zero, TimeSpan.FromDays(1)), 1 + (Plan.Drift * ((2 * random.NextDouble()) - 1)));
        var slowness = 1 + ((Scenario.Options.MostSlowness - 1) * random.NextDouble());
        return new SimulatedNode(this, index, identity, clock, slowness);
    }
}
