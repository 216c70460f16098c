namespace Starling.Simulation.Tests;

/// <summary>Storms over nodes that follow two training contracts at once.</summary>
public sealed class TwoContractStormTests
{
    /// <summary>What such storms must meet: without it nothing that the contracts share is tested.</summary>
    private static readonly string[] Expected =
    [
        "lie across contracts: update", "lie across contracts: merge", "lie across contracts: replay", "chunk for two contracts",
        "lie NameAnothers", "lie Flood",
        "happened Committed", "happened TermChanged", "happened Reopened", "accepted Rejoin", "accepted Revoke",
        "restart of the open round", "restart of the round before", "crash", "lost disk", "refused save", "partition",
        "chunk shared out", "counted testimony",
    ];

    [Fact]
    public void StormsOverTwoContractsBreakNoRule()
    {
        var report = Storm(Scenarios.SyntheticTwo, 1, 40);
        Assert.DoesNotContain(Expected, kind => report.Counts[kind] == 0);
    }

    [Fact]
    public void TwoContractsTrainWithoutALeaderToo() => Storm(Scenarios.SyntheticGossipTwo, 1, 6);

    /// <summary>Red if one of the contracts is not waited for: each commits all its rounds.</summary>
    [Fact]
    public void WithoutFaultsBothContractsEnd()
    {
        var result = SimulationRunner.RunTwice(Scenarios.SyntheticTwo, 1, FaultLevel.None,
            cancellation: TestContext.Current.CancellationToken);
        Assert.Empty(result.Violations);
        Assert.Equal((8, 16L, 2L), (result.Rounds, result.Counts["happened Committed"], result.Counts["accepted Found"]));
    }

    private static SimulationReport Storm(SimulationScenario scenario, ulong first, int seeds)
    {
        var report = SimulationRunner.RunMany(scenario, new SimulationRequest("examples/synthetic.yaml", first, seeds, FaultLevel.Storm),
            null, TestContext.Current.CancellationToken);
        Assert.True(report.Failures.IsEmpty, string.Join('\n', report.Failures.Select(f => $"{f.ReplayCommand}: {f.Violation}")));
        return report;
    }
}
