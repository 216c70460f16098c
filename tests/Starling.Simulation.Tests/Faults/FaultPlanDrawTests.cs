using Starling.Core.Kernel;
using Starling.Core.Training;
using Starling.Simulation.Faults;

namespace Starling.Simulation.Tests.Faults;

public sealed class FaultPlanDrawTests
{
    private static SimulationScenario Plain => Scenarios.Synthetic with { Options = new SimulationOptions() };

    [Theory]
    [InlineData(5, 3, AuditMode.Full)]
    [InlineData(5, 4, AuditMode.Full)]
    [InlineData(7, 5, AuditMode.Full)]
    [InlineData(5, 3, AuditMode.Off)]
    [InlineData(2, 2, AuditMode.Full)]
    public void AStormStaysWithinWhatTheProtocolPromises(int nodes, int minPeers, AuditMode audit)
    {
        var settings = Scenarios.Synthetic.Settings with { MinPeers = minPeers, Audit = audit };
        var kinds = new SortedSet<FaultKind>();
        var lies = new SortedSet<LieKind>();
        var mostLiars = 0;
        var governed = 0;
        for (var seed = 0UL; seed < 400; seed++)
        {
            var plan = new FaultPlanDraw(new SeededRandom(seed), Plain with { Nodes = nodes, Settings = settings }).Draw(FaultLevel.Storm);
            kinds.UnionWith(plan.Kinds);
            lies.UnionWith(plan.Liars.Values.SelectMany(told => told));
            mostLiars = Math.Max(mostLiars, plan.Liars.Count);
            var votes = audit == AuditMode.Off ? 2 : (minPeers / 2) + 1;
            Assert.True(plan.Liars.Count + plan.Dying.Count + plan.DiskLosses < votes,
                "a committed merge could lose its last honest holder");
            Assert.True(2 * plan.Liars.Count < minPeers, "liars could be half of a frozen set");
            Assert.True(nodes - plan.Liars.Count - plan.Dying.Count >= minPeers, "too few honest nodes live");
            Assert.Empty(plan.Dying.Intersect(plan.Liars.Keys));
            var spare = plan.Expellable.Except(plan.Dying).Except(plan.Liars.Keys).Count;
            Assert.True(spare == 0 || plan.Liars.Count + plan.Dying.Count + plan.DiskLosses + spare < votes,
                "an admin could expel the last honest holder of a committed merge");
            Assert.True(nodes - plan.Liars.Count - plan.Dying.Count - spare >= minPeers, "an admin could leave too few honest nodes");
            governed += plan.AdminEvery > TimeSpan.Zero ? 1 : 0;
            Assert.True(audit == AuditMode.Full || !plan.Liars.Values.Any(told => told.Contains(LieKind.WrongMerge)));
            Assert.Empty(plan.Ledger.Problems);
        }

        Assert.Equal(Enum.GetValues<FaultKind>(), kinds);
        Assert.InRange(governed, 100, 300);
        Assert.Equal(minPeers < nodes && (audit == AuditMode.Full || minPeers > 2), mostLiars > 0);
        Assert.True(mostLiars == 0 || lies.Count >= Enum.GetValues<LieKind>().Length - 1);
    }

    /// <summary>Red if a storm takes away all that an experiment lets lead: no round could be led.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(0, 3)]
    public void OneOfThoseThatMayLeadLasts(params int[] leaders)
    {
        var scenario = Plain with { MayLead = leaders.Contains, Settings = Plain.Settings with { MinPeers = 3, Audit = AuditMode.Full } };
        var taken = 0;
        for (var seed = 0UL; seed < 400; seed++)
        {
            var plan = new FaultPlanDraw(new SeededRandom(seed), scenario).Draw(FaultLevel.Storm);
            int[] gone = [.. plan.Liars.Keys, .. plan.Dying, .. plan.Expellable];
            Assert.Contains(leaders, leader => !gone.Contains(leader));
            taken += leaders.Any(gone.Contains) ? 1 : 0;
        }

        Assert.Equal(leaders.Length > 1, taken > 0);
    }

    /// <summary>
    /// Red if a storm that is weak, or whose leaders have days, draws of the ledger what its model does not take: the seed would break a
    /// rule of the simulator's own.
    /// </summary>
    [Theory]
    [InlineData(5, FaultLevel.Mild)]
    [InlineData(60, FaultLevel.Mild)]
    [InlineData(60, FaultLevel.Storm)]
    [InlineData(7 * 24 * 3600, FaultLevel.Mild)]
    [InlineData(7 * 24 * 3600, FaultLevel.Storm)]
    public void TheLedgersFaultsAreOnesThatItsModelTakes(int leaderTimeout, FaultLevel level)
    {
        var scenario = Plain with { Settings = Plain.Settings with { LeaderTimeout = TimeSpan.FromSeconds(leaderTimeout) } };
        var outages = 0;
        for (var seed = 0UL; seed < 3000; seed++)
        {
            var faults = new FaultPlanDraw(new SeededRandom(seed), scenario).Draw(level).Ledger;
            Assert.Empty(faults.Problems);
            outages += faults.OutageEvery > TimeSpan.Zero ? 1 : 0;
        }

        Assert.InRange(outages, 1000, 2000);
    }

    /// <summary>Red if an admin's seed in which nothing else goes wrong has none of the liars that the experiment asks for.</summary>
    [Fact]
    public void WhomTheExperimentHasLieLiesInEveryStorm()
    {
        var settings = Plain.Settings with { MinPeers = 3, Audit = AuditMode.Full };
        var governed = 0;
        for (var seed = 0UL; seed < 400; seed++)
        {
            FaultPlan Drawn(SimulationOptions options) =>
                new FaultPlanDraw(new SeededRandom(seed), Plain with { Settings = settings, Options = options }).Draw(FaultLevel.Storm);
            Assert.Equal(2, Assert.Single(Drawn(new SimulationOptions { Liars = [2] }).Liars.Keys));
            var liar = Assert.Single(Drawn(new SimulationOptions { Lies = [LieKind.Stall] }).Liars);
            Assert.Equal(LieKind.Stall, Assert.Single(liar.Value));
            var plain = Drawn(new SimulationOptions());
            governed += plain.AdminEvery > TimeSpan.Zero && plain.Kinds.IsEmpty ? 1 : 0;
        }

        Assert.True(governed > 10, $"only {governed} seeds have nothing but an admin");
    }

    [Fact]
    public void WithoutFaultsNothingIsDrawnAndMildOnesTellNoLies()
    {
        Assert.Empty(
            new FaultPlanDraw(new SeededRandom(1), Plain).Draw(FaultLevel.None).Kinds);
        for (var seed = 0UL; seed < 100; seed++)
        {
            var plan = new FaultPlanDraw(new SeededRandom(seed), Plain).Draw(FaultLevel.Mild);
            Assert.True(plan.Liars.IsEmpty && plan.Dying.IsEmpty && plan.DiskLosses == 0);
        }
    }
}
