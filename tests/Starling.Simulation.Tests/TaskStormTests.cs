namespace Starling.Simulation.Tests;

/// <summary>Storms over nodes that begin with a task runner alone.</summary>
public sealed class TaskStormTests
{
    /// <summary>What such storms must meet: without it the rule that answers to it is not tested.</summary>
    private static readonly string[] Expected =
    [
        "task accepted WriteTask", "task accepted FinaliseTask", "task accepted AssignTask", "task accepted CancelRun",
        "task accepted Enlist", "task accepted ReportWork", "task accepted Decline",
        "task accepted RejoinRunner", "task accepted RemoveOperator", "task refused SequenceUsed", "happened Committed", "crash",
        "lost disk", "refused save",
    ];

    [Fact]
    public void StormsOverTasksBreakNoRule()
    {
        var report = Storm(Scenarios.SyntheticTasks, 1, 60);
        Assert.DoesNotContain(Expected, kind => report.Counts[kind] == 0);
    }

    [Fact]
    public void ATaskTrainsWithoutALeaderToo() => Storm(Scenarios.SyntheticGossipTasks, 1, 8);

    [Fact]
    public void WithoutFaultsTheTaskIsCompleteInOneRun()
    {
        var results = new List<SimulationResult>();
        var report = SimulationRunner.RunMany(Scenarios.SyntheticTasks,
            new SimulationRequest("examples/synthetic.yaml", 1, 5, FaultLevel.None), told => results.Add(told.Latest),
            TestContext.Current.CancellationToken);
        Assert.Empty(report.Failures);
        Assert.All(results, result => Assert.Equal(8, result.Rounds));
        Assert.True(report.Counts["task accepted AssignTask"] is >= 5 and <= 10);
    }

    private static SimulationReport Storm(SimulationScenario scenario, ulong first, int seeds)
    {
        var report = SimulationRunner.RunMany(scenario, new SimulationRequest("examples/synthetic.yaml", first, seeds, FaultLevel.Storm),
            null, TestContext.Current.CancellationToken);
        Assert.True(report.Failures.IsEmpty, string.Join('\n', report.Failures.Select(f => $"{f.ReplayCommand}: {f.Violation}")));
        return report;
    }
}
