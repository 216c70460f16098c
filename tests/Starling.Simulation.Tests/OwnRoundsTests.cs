namespace Starling.Simulation.Tests;

/// <summary>
/// Worlds whose members go through their rounds each by itself: the examples again, with nothing but the protocol changed.
/// </summary>
public sealed class OwnRoundsTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(FaultLevel.None, 2)]
    [InlineData(FaultLevel.None, 4)]
    [InlineData(FaultLevel.Mild, 2)]
    public void RunsEndWithoutAViolationAndTheNodesHaveLearnedFromEachOther(FaultLevel faults, int degree)
    {
        var results = new List<SimulationResult>();
        var report = SimulationRunner.RunMany(Scenarios.SyntheticGossip(degree),
            new SimulationRequest("examples/synthetic.yaml", 1, 12, faults), told => results.Add(told.Latest), Stop);
        Assert.Empty(report.Failures);
        Assert.All(results, result => Assert.Equal(8, result.Rounds));
        Assert.All(results, result => Assert.True(result.Accuracy > 0.55, $"seed {result.Seed} ends at {result.Accuracy}"));
        Assert.Equal(0, report.Counts["happened Committed"]);
        Assert.True(faults != FaultLevel.None || report.Counts["round passed alone"] == 0);
    }

    [Fact]
    public void StormsBreakNoRule()
    {
        var report = SimulationRunner.RunMany(Scenarios.SyntheticGossip(2),
            new SimulationRequest("examples/synthetic.yaml", 1, 36, FaultLevel.Storm), null, Stop);
        Assert.True(report.Failures.IsEmpty, string.Join('\n', report.Failures.Select(f => $"{f.Seed}: {f.Violation}")));
        foreach (var kind in new[]
        {
            "crash",
            "torn write",
            "partition",
            "lost disk",
            "round passed alone",
            "round passed with others",
            "lie Distort",
            "lie BadUpdate",
            "refused NoRounds"
        })
            Assert.True(report.Counts[kind] > 0, $"the storm has no {kind}");
    }

    [Fact]
    [Trait("Category", "Full")]
    public void HundredsOfStormsBreakNoRule()
    {
        var report = SimulationRunner.RunMany(Scenarios.SyntheticGossip(4),
            new SimulationRequest("examples/synthetic.yaml", 20_000, 300, FaultLevel.Storm), null, Stop);
        Assert.True(report.Failures.IsEmpty, string.Join('\n', report.Failures.Select(f => $"{f.Seed}: {f.Violation}")));
    }

    [Fact]
    [Trait("Category", "Full")]
    public void RealDigitsSurviveStorms()
    {
        var report = SimulationRunner.RunMany(Scenarios.DigitsGossip,
            new SimulationRequest("examples/digits.yaml", 1, 50, FaultLevel.Storm), null, Stop);
        Assert.True(report.Failures.IsEmpty, string.Join('\n', report.Failures.Select(f => $"{f.Seed}: {f.Violation}")));
    }

    [Theory]
    [InlineData(5, FaultLevel.None)]
    [InlineData(6, FaultLevel.Storm)]
    public void ASeedIsOneRun(ulong seed, FaultLevel faults) => Assert.Equal(
        SimulationRunner.Run(Scenarios.SyntheticGossip(2), seed, faults, null, Stop).TraceHash,
        SimulationRunner.Run(Scenarios.SyntheticGossip(2), seed, faults, null, Stop).TraceHash);

    [Fact]
    public void ASyncThatIsNotDoneIsSeen() =>
        Sees(new Nodes.EdgeHooks { PretendToSync = true }, FaultLevel.None, "saved before announced", "nothing announced is lost");

    [Fact]
    public void AnAverageThatIsNoneIsSeen() => Sees(new Nodes.EdgeHooks { MergeByIndex = true }, FaultLevel.None, "an average is right");

    [Fact]
    public void NodesThatStayDeadAreSeen() => Sees(new Nodes.EdgeHooks { StayDead = true }, FaultLevel.Storm, "liveness");

    /// <summary>The last updates of two nodes lead them and their neighbours apart, and nothing brings them together again.</summary>
    [Fact]
    public void ModelsThatLieFarApartAreSeen()
    {
        var scenario = Scenarios.SyntheticGossip(2);
        var stray = scenario with
        {
            Program = node =>
                node is 0 or 2
                    ? new StrayProgram(scenario.Program(node), scenario.Settings.Rounds, node == 0 ? 1000 : -1000)
                    : scenario.Program(node),
        };
        var found = SimulationRunner.Run(stray, 1, FaultLevel.None, null, Stop);
        Assert.Contains("honest models agree", found.Violations.Select(violation => violation.Rule));
    }

    private static void Sees(Nodes.EdgeHooks hooks, FaultLevel faults, params string[] rules)
    {
        var scenario = Scenarios.SyntheticGossip(2);
        scenario = scenario with { Options = scenario.Options with { HealingTime = TimeSpan.FromMinutes(10) } };
        var broken = Enumerable.Range(1, 5).Select(seed => SimulationRunner.Run(scenario, (ulong)seed, faults, hooks, null, Stop))
            .SelectMany(result => result.Violations).ToList();
        Assert.NotEmpty(broken);
        Assert.All(broken, violation => Assert.Contains(violation.Rule, rules));
    }
}
