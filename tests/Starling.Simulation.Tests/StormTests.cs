namespace Starling.Simulation.Tests;

/// <summary>Long storms, and the proof that they storm.</summary>
[Trait("Category", "Full")]
public sealed class StormTests
{
    /// <summary>What a storm must meet: without it the rule that answers to it is not tested.</summary>
    private static readonly string[] Expected =
    [
        "crash", "torn write", "lost disk", "stale disk", "refused save", "partition", "one-way partition", "isolation", "slow link",
        "full ledger", "node without a ledger", "counted testimony", "chunk shared out", "lie Trickle", "lie NameAnothers",
        "power failure", "long outage", "standstill", "long standstill",
        "happened TermChanged", "happened Reopened", "happened DisputedLate", "named", "accepted Rejoin", "accepted Resign",
        "accepted Suspect", "accepted Reopen",
        "accepted Receipt", "accepted AuditedFull", "accepted AuditedSampled", "refused BadSignature", "refused WrongKey", "refused Duplicate", "refused SequenceUsed",
        "refused ForeignChain",
        "refused Malformed", "refused OldIncarnation", "refused RoundClosed", "refused RoundAhead", "refused WrongOpening",
        "refused StaleTerm",
        "refused TermTaken", "refused NotLeader", "refused AlreadyReady", "refused WrongFoldVersion",
        "accepted Leave", "accepted Enrol", "accepted Revoke", "program done Inactive", "program done Snapshot", "program done Active",
        "restart of the open round", "restart of the round before", "restart from the first round",
    ];

    [Fact]
    public void HundredsOfStormsBreakNoRuleAndMeetEveryKindOfFault()
    {
        var report = SimulationRunner.RunMany(Scenarios.Synthetic,
            new SimulationRequest("examples/synthetic.yaml", 10_500, 300, FaultLevel.Storm), null, TestContext.Current.CancellationToken);
        foreach (var (what, times) in report.Counts.All)
            TestContext.Current.TestOutputHelper?.WriteLine($"{what,-40} {times,8}");
        Assert.True(report.Failures.IsEmpty, string.Join('\n', report.Failures.Select(f => $"{f.ReplayCommand}: {f.Violation}")));
        Assert.DoesNotContain(Expected, kind => report.Counts[kind] == 0);
    }

    [Fact]
    public void RealDigitsSurviveStorms()
    {
        var report = SimulationRunner.RunMany(Scenarios.Digits,
            new SimulationRequest("examples/digits.yaml", 1, 50, FaultLevel.Storm), null, TestContext.Current.CancellationToken);
        Assert.True(report.Failures.IsEmpty, string.Join('\n', report.Failures.Select(f => $"{f.ReplayCommand}: {f.Violation}")));
    }
}
