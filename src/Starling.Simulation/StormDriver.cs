using Starling.Core.Kernel;
using Starling.Simulation.Faults;
using Starling.Simulation.Liars;
using Starling.Simulation.Nodes;
using Starling.Simulation.Storage;

namespace Starling.Simulation;

/// <summary>Starts the nodes, and makes the faults of a plan happen until they end.</summary>
internal sealed class StormDriver(World world, SeededRandom random)
{
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(15);

    private readonly SortedDictionary<int, SimulatedDisk> snapshots = [];
    private readonly List<Action> toEnd = [];
    private readonly SortedSet<int> buried = [];
    private readonly List<SimulatedAdmin> admins = [];
    private int losses;
    private bool over;

    private FaultPlan Plan => world.Plan;

    private TimeSpan Unit => world.Scenario.Settings.LeaderTimeout;

    /// <summary>Starts all nodes and plans the faults.</summary>
    public void Begin()
    {
        foreach (var node in world.Nodes)
            world.Heap.After(Plan.LatestStart * random.NextDouble(), node.Start);
        foreach (var dying in Plan.Dying)
            world.Heap.After(Plan.Duration * random.NextDouble(), () => Bury(world.Nodes[dying]));
        Every(Plan.CrashEvery, () => Crash(world.Nodes[random.Next(world.Nodes.Length)]));
        Every(Plan.PowerFailureEvery, PowerFailure);
        Every(Plan.LongOutageEvery, LongOutage);
        Every(Plan.PartitionEvery, Partition);
        Every(Plan.IsolationEvery, Isolate);
        Every(Plan.OneWayEvery,
            () => Cut([.. Pairs([random.Next(world.Nodes.Length)]).Where(_ => random.Chance(0.5))], Length(), "one-way partition"));
        Every(Plan.SlowEvery, SlowDown);
        Every(Plan.LedgerCutEvery, CutLedger);
        Every(Plan.ResetEvery, () => world.Network.Reset(random.Next(world.Nodes.Length), random.Next(world.Nodes.Length)));
        if (Plan.Has(FaultKind.StaleDisk) && Plan.DiskLosses > 0)
            Every(Unit * 3, Photograph);
        Every(Plan.StandstillEvery, () => StandStill(world.Nodes[random.Next(world.Nodes.Length)]));
        foreach (var contract in world.Contracts)
            admins.Add(new SimulatedAdmin(world, contract, random.Fork(contract.Called("admin"))));
        foreach (var admin in admins)
            Every(Plan.AdminEvery, admin.Decide);
        foreach (var node in world.Nodes)
            if (node.Liar is { } liar)
                Lie(node, liar);
    }

    /// <summary>Faults are over: wires are mended and the dead start again, but for those that stay dead.</summary>
    public void End()
    {
        over = true;
        foreach (var end in toEnd)
            end();
        toEnd.Clear();
        foreach (var node in world.Nodes)
            if (Plan.Dying.Contains(node.Index))
                Bury(node);
            else if (node.Process is null && !world.Hooks.StayDead)
                world.Heap.After(Unit * random.NextDouble(), node.Start);
        foreach (var admin in admins.Where(admin => admin.MayBeLeft))
            Tend(admin);
    }

    // Only people know who is gone for good: once programs have left, nobody else can part those who are waited for from the late.
    private void Tend(SimulatedAdmin admin) => world.Heap.After(Unit, () =>
    {
        admin.Tend();
        Tend(admin);
    });

    /// <summary>Kills a node; it starts again later, perhaps without its disk.</summary>
    public void Crash(SimulatedNode node) => Crash(node, Length() * random.NextDouble());

    private void Crash(SimulatedNode node, TimeSpan down)
    {
        if (node.Process is null)
            return;
        node.Kill(Plan.Has(FaultKind.TornWrite));
        if (losses < Plan.DiskLosses && node.IsHonest && !Plan.Dying.Contains(node.Index) && random.Chance(0.3))
            LoseDisk(node);
        world.Killed(node);
        // Mostly soon, sometimes after the others have long gone on.
        if (!Plan.Dying.Contains(node.Index) || random.Chance(0.5))
            world.Heap.After(TimeSpan.FromMilliseconds(100) + down, () =>
            {
                if (!world.Hooks.StayDead && !buried.Contains(node.Index))
                    node.Start();
            });
    }

    private void Bury(SimulatedNode node)
    {
        buried.Add(node.Index);
        node.Kill(Plan.Has(FaultKind.TornWrite));
        world.Killed(node);
    }

    private TimeSpan Length() => Plan.LongestFault * Math.Pow(random.NextDouble(), 2);

    private void LoseDisk(SimulatedNode node)
    {
        if (Plan.Has(FaultKind.StaleDisk) && snapshots.TryGetValue(node.Index, out var snapshot)
            && (!Plan.Has(FaultKind.DiskLoss) || random.Chance(0.5)))
        {
            node.Disk.Restore(snapshot);
            world.Note(node.Name, "starts from an old disk");
            world.Counts.Add("stale disk");
        }
        else if (Plan.Has(FaultKind.DiskLoss))
        {
            node.Disk.Lose();
            world.Note(node.Name, "loses its disk");
            world.Counts.Add("lost disk");
        }
        else
        {
            return;
        }

        losses++;
    }

    private void Photograph()
    {
        var node = world.Nodes[random.Next(world.Nodes.Length)];
        snapshots[node.Index] = node.Disk.Snapshot();
    }

    private void PowerFailure()
    {
        world.Counts.Add("power failure");
        foreach (var node in world.Nodes)
            Crash(node);
    }

    private void LongOutage()
    {
        world.Counts.Add("long outage");
        var least = 0.3 * random.NextDouble();
        foreach (var node in world.Nodes)
            if (random.Chance(0.5 + least))
                Crash(node, world.Scenario.Settings.AbsentTimeout * (0.3 + (1.5 * random.NextDouble())));
    }

    private void Partition()
    {
        var side = Enumerable.Range(0, world.Nodes.Length).Where(_ => random.Chance(0.5)).ToList();
        Cut([.. Pairs(side).SelectMany(pair => new[] { pair, (pair.To, pair.From) })], Length(), "partition");
    }

    private void Isolate() => Cut([.. Enumerable.Range(0, world.Nodes.Length).SelectMany(node => Pairs([node]))],
        world.Scenario.Settings.AbsentTimeout * (1 + (4 * random.NextDouble())), "isolation");

    /// <summary>The directions that lead out of a group.</summary>
    private IEnumerable<(int From, int To)> Pairs(List<int> side) =>
        from node in side from other in Enumerable.Range(0, world.Nodes.Length) where !side.Contains(other) select (node, other);

    private void Cut(List<(int From, int To)> pairs, TimeSpan length, string what)
    {
        world.Counts.Add(what);
        world.Note("world", what);
        foreach (var (from, to) in pairs)
            world.Network.Cut(from, to);
        For(length, () =>
        {
            foreach (var (from, to) in pairs)
                world.Network.Mend(from, to);
        });
    }

    private void SlowDown()
    {
        var (from, to) = (random.Next(world.Nodes.Length), random.Next(world.Nodes.Length));
        if (from == to)
            return;
        world.Counts.Add("slow link");
        // A chunk takes from a sixteenth of a second to six.
        world.Network.Slow(from, to, world.ChunkBytes / 6.4 * Math.Pow(100, random.NextDouble()));
        For(Length(), () => world.Network.Restore(from, to));
    }

    // Others take a peer for gone that has long been silent, though its machine still takes their bytes.
    private void StandStill(SimulatedNode node)
    {
        if (node.Process is not { StandsStill: false } process)
            return;
        var length = Length();
        world.Counts.Add("standstill");
        world.Note(node.Name, "stands still");
        process.StandStill();
        For(length, process.GoOn);
        if (length > Silence)
            world.Heap.After(Silence, () =>
            {
                if (process.StandsStill)
                    Cut([.. Pairs([node.Index]).SelectMany(pair => new[] { pair, (pair.To, pair.From) })], length - Silence, "long standstill");
            });
    }

    private void CutLedger()
    {
        var isFull = random.Chance(0.5);
        world.Counts.Add(isFull ? "full ledger" : "node without a ledger");
        world.Note("world", isFull ? "the ledger is full" : "some nodes do not reach the ledger");
        var cut = world.Nodes.Where(_ => isFull || random.Chance(0.3)).ToList();
        foreach (var node in cut)
            node.Ledger.Cut(onlyWrites: isFull);
        For(Length(), () =>
        {
            foreach (var node in cut)
                node.Ledger.Mend(onlyWrites: isFull);
        });
    }

    private void Lie(SimulatedNode node, Liar liar) => world.Heap.After(Unit * (0.2 + random.NextDouble()), () =>
    {
        liar.Act();
        Lie(node, liar);
    });

    // What begins ends in time, or when all faults end.
    private void For(TimeSpan length, Action end)
    {
        toEnd.Add(end);
        world.Heap.After(length, () =>
        {
            if (toEnd.Remove(end))
                end();
        });
    }

    private void Every(TimeSpan mean, Action happen)
    {
        if (mean > TimeSpan.Zero)
            world.Heap.After(mean * -Math.Log(1 - random.NextDouble()), () =>
            {
                if (over)
                    return;
                happen();
                Every(mean, happen);
            });
    }
}
