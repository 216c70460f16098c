namespace Starling.Simulation.Tests;

/// <summary>Members and leaders behind links so slow that a model takes many times the leader timeout, and nothing else is wrong.</summary>
public sealed class SlowLinkTests
{
    /// <summary>Red if the members whose updates the leader has depose it while it takes the slow one's.</summary>
    [Theory]
    [InlineData("full")]
    [InlineData("sampled")]
    [InlineData("off")]
    public void ASlowMemberDeposesNoLeader(string audit)
    {
        var (report, results) = Run(Scenarios.SlowLink("nodes=5", "training.minPeers=3", "training.leaders=[]", "training.rounds=2",
            "program.pad=1MB", "training.leaderTimeout=1s", "network.maxUploadRate=100KB/s", "network.limited=[3]",
            $"training.audit={audit}", $"simulation.audits=[{audit}]"));
        Assert.Equal(0, report.Counts["happened TermChanged"]);
        Assert.All(results, result => Assert.True(result.VirtualTime > TimeSpan.FromSeconds(20)));
    }

    /// <summary>The example itself, in the simulator as on real nodes.</summary>
    [Fact]
    public void ASlowLeaderIsNotDeposed()
    {
        var (report, results) = Run(Scenarios.SlowLink("training.rounds=2"));
        Assert.Equal(0, report.Counts["happened TermChanged"]);
        // At least one other must have fetched a merge of 6 MB, at no more than 1 MB/s, while the leader timeout is 2 s.
        Assert.All(results, result => Assert.True(result.VirtualTime > TimeSpan.FromSeconds(12)));
    }

    private static (SimulationReport Report, List<SimulationResult> Results) Run(SimulationScenario scenario)
    {
        var results = new List<SimulationResult>();
        var report = SimulationRunner.RunMany(scenario, new SimulationRequest("examples/slow-link.yaml", 1, 2, FaultLevel.None),
            told => results.Add(told.Latest), TestContext.Current.CancellationToken);
        Assert.True(report.Failures.IsEmpty, string.Join('\n', report.Failures.Select(f => $"{f.ReplayCommand}: {f.Violation}")));
        return (report, results);
    }
}
