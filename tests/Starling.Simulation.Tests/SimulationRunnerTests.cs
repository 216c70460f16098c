using Starling.Core.Kernel;
using Starling.Core.Training;
using Starling.Learning.Programs;
using Starling.Simulation.Faults;
using Starling.Simulation.Nodes;

namespace Starling.Simulation.Tests;

/// <summary>Whole worlds: what a seed is, and that honest edges keep every rule.</summary>
public sealed class SimulationRunnerTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(FaultLevel.None)]
    [InlineData(FaultLevel.Mild)]
    public void RunsEndWithoutAViolation(FaultLevel faults)
    {
        var results = new List<SimulationResult>();
        var report = SimulationRunner.RunMany(
            Scenarios.Synthetic, new SimulationRequest("examples/synthetic.yaml", 1, 12, faults), told => results.Add(told.Latest), Stop);
        Assert.Empty(report.Failures);
        Assert.All(results, result => Assert.Equal(8, result.Rounds));
        Assert.All(results, result => Assert.True(result.Accuracy > 0.6, $"seed {result.Seed} ends at {result.Accuracy}"));
        Assert.Equal(2, report.Repeated);
    }

    [Theory]
    [InlineData(CheckIn.Inactive)]
    [InlineData(CheckIn.Snapshot)]
    [InlineData(CheckIn.Active)]
    public void NodesThatAreDoneEarlyBreakNoRuleInStorms(CheckIn checkIn)
    {
        // Node i has trained enough in round i + 1 or so. Of those that leave there are only so many that minPeers honest ones stay.
        var scenario = Scenarios.Synthetic with
        {
            Terms = node => new ProgramTerms(Epochs: checkIn != CheckIn.Inactive || node < 2 ? 3 * (node + 1) : 0, CheckIn: checkIn),
            Options = Scenarios.Synthetic.Options with { MinPeers = checkIn == CheckIn.Inactive ? [2] : [3, 4] },
        };
        var report =
            SimulationRunner.RunMany(scenario, new SimulationRequest("examples/synthetic.yaml", 1, 15, FaultLevel.Storm), null, Stop);
        Assert.True(report.Failures.IsEmpty, string.Join('\n', report.Failures.Select(f => $"{f.Seed}: {f.Violation}")));
        Assert.Equal(checkIn == CheckIn.Inactive, report.Counts["accepted Leave"] > 0);
        Assert.True(checkIn == CheckIn.Inactive || report.Counts["happened Committed"] < 15 * 8);
    }

    /// <summary>Red if those who train on wait for ever for members that have left.</summary>
    [Fact]
    public void ARunOfWhichTooFewAreLeftEndsWithItsLastMerge()
    {
        var scenario = Scenarios.Synthetic with
        {
            Terms = node => new ProgramTerms(Epochs: 3 * (node + 1), CheckIn: CheckIn.Inactive),
            Options = Scenarios.Synthetic.Options with { MinPeers = [3] },
        };
        var results = new List<SimulationResult>();
        var report = SimulationRunner.RunMany(
            scenario, new SimulationRequest("examples/synthetic.yaml", 1, 10, FaultLevel.None), told => results.Add(told.Latest), Stop);
        Assert.True(report.Failures.IsEmpty, string.Join('\n', report.Failures.Select(f => $"{f.Seed}: {f.Violation}")));
        Assert.All(results, result => Assert.InRange(result.Rounds, 1, 7));
        Assert.True(report.Counts["accepted Leave"] > 0);
    }

    [Fact]
    public void StormsBreakNoRule()
    {
        var report = SimulationRunner.RunMany(Scenarios.Synthetic,
            new SimulationRequest("examples/synthetic.yaml", 1, 36, FaultLevel.Storm), null, Stop);
        Assert.True(report.Failures.IsEmpty, string.Join('\n', report.Failures.Select(f => $"{f.ReplayCommand}: {f.Violation}")));
        foreach (var kind in new[]
        {
            "crash",
            "torn write",
            "partition",
            "slow link",
            "happened TermChanged",
            "accepted Rejoin",
            "happened Committed",
            "no room for a blob"
        })
            Assert.True(report.Counts[kind] > 0, $"the storm has no {kind}");
    }

    [Theory]
    [InlineData(5, FaultLevel.None)]
    [InlineData(6, FaultLevel.Storm)]
    [InlineData(7, FaultLevel.Storm)]
    public void ASeedIsOneRun(ulong seed, FaultLevel faults)
    {
        var lines = new List<string>();
        var first = SimulationRunner.Run(Scenarios.Synthetic, seed, faults, lines.Add, Stop);
        var again = new List<string>();
        var second = SimulationRunner.Run(Scenarios.Synthetic, seed, faults, again.Add, Stop);
        Assert.Equal(lines, again);
        Assert.Equal(first.TraceHash, second.TraceHash);
        Assert.NotEqual(first.TraceHash, SimulationRunner.Run(Scenarios.Synthetic, seed + 1000, faults, null, Stop).TraceHash);
    }

    /// <summary>Red if a single seed is not run again, or whoever looks on is shown both runs.</summary>
    [Fact]
    public void ASeedThatIsNotOneRunIsFoundAlsoIfItIsTheOnlyOne()
    {
        var starts = 0;
        var fickle = Scenarios.Synthetic with
        {
            Program = node => new StrayProgram(Scenarios.Synthetic.Program(node), 1, node == 4 ? ++starts : 1),
        };
        var lines = new List<string>();
        var found = SimulationRunner.RunTwice(fickle, 5, FaultLevel.None, null, lines.Add, Stop);
        Assert.Equal("a seed is one run", Assert.Single(found.Violations).Rule);
        var once = new List<string>();
        Assert.Empty(SimulationRunner.RunTwice(Scenarios.Synthetic, 5, FaultLevel.None, null, once.Add, Stop).Violations);
        var plain = new List<string>();
        SimulationRunner.Run(Scenarios.Synthetic, 5, FaultLevel.None, plain.Add, Stop);
        Assert.Equal(plain, once);
    }

    [Fact]
    public void ATraceThatIsPrintedChangesNothing() => Assert.Equal(
        SimulationRunner.Run(Scenarios.Synthetic, 3, FaultLevel.Storm, _ => { }, Stop).TraceHash,
        SimulationRunner.Run(Scenarios.Synthetic, 3, FaultLevel.Storm, null, Stop).TraceHash);

    /// <summary>
    /// Seeds that once broke a rule. What they found has tests of its own; the worlds that they draw change with the simulator.
    /// </summary>
    [Theory]
    [InlineData(27)]
    [InlineData(44)]
    [InlineData(53)]
    [InlineData(66)]
    [InlineData(164)]
    [InlineData(301)]
    public void SeedsThatOnceFailedPass(ulong seed) =>
        Assert.Empty(SimulationRunner.Run(Scenarios.Synthetic, seed, FaultLevel.Storm, null, Stop).Violations);

    [Fact]
    public void ProgressIsToldAndAFailureNamesTheCommandThatReplaysIt()
    {
        var told = new List<int>();
        var impatient = Scenarios.Synthetic with { Options = new SimulationOptions { MostEvents = 1000 } };
        var report = SimulationRunner.RunMany(
            impatient, new SimulationRequest("my files/x.yaml", 40, 3, FaultLevel.None), progress => told.Add(progress.Done), Stop);
        Assert.Equal([1, 2, 3], told);
        Assert.Equal(3, report.Violations);
        Assert.Equal("./starling sim 'my files/x.yaml' --seeds 1 --first 41 --faults none --trace", report.Failures[1].ReplayCommand);
        Assert.Equal("liveness", report.Failures[1].Violation.Rule);
        Assert.Contains("n4", report.Failures[1].Violation.Detail, StringComparison.Ordinal);
    }

    /// <summary>Red if a word that a replay command holds is another one when a shell has read it.</summary>
    [Theory]
    [InlineData("a/b.yaml", "a/b.yaml")]
    [InlineData("a$b.yaml", "'a$b.yaml'")]
    [InlineData("name=it's", "'name=it'\\''s'")]
    [InlineData("", "''")]
    public void AWordIsQuotedForAShell(string word, string quoted) => Assert.Equal(quoted, SimulationRequest.Quoted(word));

    /// <summary>Red if what was found, and counted, is lost because the rest is given up.</summary>
    [Fact]
    public void ARunThatIsGivenUpTellsWhatItHas()
    {
        using var enough = new CancellationTokenSource();
        var impatient = Scenarios.Synthetic with { Options = new SimulationOptions { MostEvents = 1000 } };
        var report = SimulationRunner.RunMany(impatient,
            new SimulationRequest("x.yaml", 1, 1000, FaultLevel.None) { Parallelism = 1 }, _ => enough.Cancel(), enough.Token);
        Assert.Equal((1, 1), (report.Seeds, report.Violations));
        Assert.Equal("liveness", Assert.Single(report.Failures).Violation.Rule);
        Assert.Equal(0, SimulationRunner.RunMany(impatient, new SimulationRequest("x.yaml", 1, 4, FaultLevel.None), null,
            new CancellationToken(canceled: true)).Seeds);
    }

    /// <summary>Red if one seed that cannot even be judged ends a soak without being named.</summary>
    [Fact]
    public void ASeedThatThrowsIsAFindingLikeAnyOther()
    {
        var broken = Scenarios.Synthetic with { Program = node => throw new InvalidOperationException($"no program for {node}") };
        var report = SimulationRunner.RunMany(broken, new SimulationRequest("x.yaml", 7, 2, FaultLevel.None), null, Stop);
        Assert.Equal([7UL, 8], report.Failures.Select(failure => failure.Seed));
        Assert.All(report.Failures, failure => Assert.Equal("nothing throws", failure.Violation.Rule));
    }

    /// <summary>Red if a seed that cannot be judged is no violation where it is run alone, as the command that replays it does.</summary>
    [Fact]
    public void TheReplayOfASeedThatCannotBeJudgedFindsTheSame()
    {
        var unjudged = Scenarios.Synthetic with { Program = node => new UnjudgedProgram(Scenarios.Synthetic.Program(node)) };
        var many = SimulationRunner.RunMany(unjudged, new SimulationRequest("x.yaml", 7, 1, FaultLevel.None), null, Stop);
        var replayed = SimulationRunner.RunTwice(unjudged, 7, FaultLevel.None, null, null, Stop);
        foreach (var found in (Violation[])[Assert.Single(many.Failures).Violation, Assert.Single(replayed.Violations)])
            Assert.Equal(("nothing throws", "it has not trained"), (found.Rule, found.What));
    }

    [Fact]
    public void AnEntryThatIsSentBeforeItsSaveIsSeen() =>
        Sees(new EdgeHooks { SaveLate = true }, FaultLevel.None, "saved before announced");

    [Fact]
    public void ASyncThatIsNotDoneIsSeen() => Sees(new EdgeHooks { PretendToSync = true }, FaultLevel.None, "saved before announced");

    [Fact]
    public void MergesThatDifferFromNodeToNodeAreSeen() =>
        Sees(new EdgeHooks { MergeByIndex = true }, FaultLevel.None, "no round stands still", "the committed merge is right",
            "honest audits agree");

    [Fact]
    public void AVoteForASampleThatDiffersIsSeen()
    {
        var scenario =
            Scenarios.Synthetic with { Options = Scenarios.Synthetic.Options with { Audits = [AuditMode.Sampled], MergeRules = ["mean"] } };
        var found =
            SimulationRunner.Run(scenario, 1, FaultLevel.None, new EdgeHooks { MergeByIndex = true, AuditBlindly = true }, null, Stop);
        Assert.Contains("a sampled vote was audited", found.Violations.Select(violation => violation.Rule));
    }

    [Fact]
    public void NodesThatStayDeadAreSeen() =>
        Sees(new EdgeHooks { StayDead = true }, FaultLevel.Storm, "liveness", "every committed merge is held");

    /// <summary>Red if the simulator announces what a node refuses: weights that are no longer finite.</summary>
    [Fact]
    public void AProgramThatDivergesAnnouncesNothing()
    {
        SimulationResult Run(Func<int, bool> diverges) => SimulationRunner.Run(
            Scenarios.Synthetic with
            {
                Program = node => new StrayProgram(Scenarios.Synthetic.Program(node), diverges(node) ? 2 : 99, float.NaN),
                Options = new SimulationOptions { MinPeers = [3], HealingTime = TimeSpan.FromMinutes(10) },
            },
            1, FaultLevel.None, null, Stop);
        var one = Run(node => node == 4);
        Assert.Empty(one.Violations);
        Assert.Equal((8, 1), (one.Rounds, (int)one.Counts["program diverged"]));
        var all = Assert.Single(Run(_ => true).Violations);
        Assert.Equal("liveness", all.Rule);
        Assert.Equal(5, all.Detail.Split("training diverged, weights are no longer finite: lower program.learningRate").Length - 1);
    }

    /// <summary>Red if an update beyond what the contract allows is not refused as nodes refuse it, or none is ever made.</summary>
    [Fact]
    public void AnUpdateThatIsTooLargeIsRefusedAsNodesDo()
    {
        var scenario = Scenarios.Synthetic with
        {
            Options = Scenarios.Synthetic.Options with
            {
                Audits = [AuditMode.Full],
                MinPeers = [3],
                Liars = [1],
                Lies = [LieKind.BadUpdate],
            },
        };
        var (oversized, lines) = (0L, new List<string>());
        for (var seed = 1UL; seed <= 10; seed++)
        {
            var result = SimulationRunner.Run(scenario, seed, FaultLevel.None, lines.Add, Stop);
            Assert.Empty(result.Violations);
            oversized += result.Counts["lie oversized update"];
        }

        Assert.True(oversized > 0);
        Assert.Contains(lines, line => line.Contains("TooLarge", StringComparison.Ordinal));
        Assert.DoesNotContain(lines, line => line.Contains("NoSpace", StringComparison.Ordinal));
    }

    /// <summary>Red if one that serves nobody, or trickles, or names another's update, keeps the others from going on.</summary>
    [Theory]
    [InlineData(LieKind.Withhold)]
    [InlineData(LieKind.Stall)]
    [InlineData(LieKind.Trickle)]
    [InlineData(LieKind.NameAnothers)]
    public void WhoDoesNotServeIsLeftOutAndHoldsNobodyUp(LieKind lie)
    {
        var scenario = Scenarios.Synthetic with
        {
            Options = Scenarios.Synthetic.Options with { Audits = [AuditMode.Full], MinPeers = [3], Liars = [1], Lies = [lie] },
        };
        var told = 0L;
        for (var seed = 1UL; seed <= 5; seed++)
        {
            var result = SimulationRunner.Run(scenario, seed, FaultLevel.None, null, Stop);
            Assert.Empty(result.Violations);
            Assert.Equal(8, result.Rounds);
            told += result.Counts[$"lie {lie}"];
        }

        Assert.True(told > 0);
    }

    private static void Sees(EdgeHooks hooks, FaultLevel faults, params string[] rules)
    {
        var scenario = Scenarios.Synthetic with { Options = Scenarios.Synthetic.Options with { HealingTime = TimeSpan.FromMinutes(10) } };
        var broken = Enumerable.Range(1, 5).Select(seed => SimulationRunner.Run(scenario, (ulong)seed, faults, hooks, null, Stop))
            .SelectMany(result => result.Violations).ToList();
        Assert.NotEmpty(broken);
        Assert.All(broken, violation => Assert.Contains(violation.Rule, rules));
    }
}
