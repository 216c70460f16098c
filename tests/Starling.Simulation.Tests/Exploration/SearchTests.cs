using Starling.Core.Identity;
using Starling.Simulation.Exploration;

namespace Starling.Simulation.Tests.Exploration;

/// <summary>
/// The search on graphs that are small enough to judge by eye. Each case is red if its rule of <see cref="FairRuns"/> is left out.
/// </summary>
public sealed class SearchTests
{
    [Fact]
    public void ARunThatEndsInACommitIsGood() => Assert.Null(Explore("0 due 1", "1 due !").Violation);

    [Fact]
    public void AStateWithNothingDueIsStuck()
    {
        var violation = Explore("0 due 1", "0 due 2", "1 due !", "2 possible 1").Violation!;
        Assert.Equal(["0 due 2"], violation.Run);
        Assert.Empty(violation.Loop);
    }

    [Fact]
    public void ARunThatGoesRoundIsFoundWithItsLoop()
    {
        var violation = Explore("0 due 1", "1 due 2", "2 byzantine 1", "2 due !").Violation!;
        Assert.Equal(["0 due 1"], violation.Run);
        Assert.Equal(["1 due 2", "2 byzantine 1"], violation.Loop);
    }

    [Fact]
    public void TheByzantineNodeAloneCannotGoRoundForEver() =>
        Assert.Null(Explore("0 byzantine 1", "1 byzantine 0", "0 due !", "1 due !").Violation);

    [Fact]
    public void ALoopOfWhichAnotherMembersReadyLeadsOutIsNone() =>
        Assert.Null(Explore("0 due 1", "1 due 0", "1 due !", "lacks 0", "lacks 1").Violation);

    [Fact]
    public void ALoopThatTimeLeadsOutOfIsNone() =>
        Assert.Null(Explore("0 due 1", "1 due 0", "1 end 2", "2 due !", "waits 0", "waits 1").Violation);

    [Theory]
    [InlineData("0 due 1", "1 due 0", "1 end 2", "2 due !", "waits 0")]
    [InlineData("0 due 1", "1 due 0", "1 end 2", "waits 0", "waits 1")]
    [InlineData("0 due 1", "1 due 0", "1 due 2", "2 due !", "waits 0", "waits 1")]
    public void ALoopThatTimeDoesNotLeadOutOfIsOne(params string[] lines) => Assert.NotNull(Explore(lines).Violation);

    [Fact]
    public void AFaultIsNoWayOut() => Assert.NotNull(Explore("0 fault 1", "1 due !").Violation);

    [Fact]
    public void AStateThatOwesNothingMayBeStuck() => Assert.Null(Explore("0 fault 1", "0 due !", "free 1").Violation);

    [Fact]
    public void AWayToABadStateIsBad() => Assert.Equal(["0 byzantine 1"], Explore("0 byzantine 1", "0 due !").Violation!.Run);

    [Fact]
    public void ABrokenRuleIsToldWithTheShortestRun()
    {
        var report = Explore("0 due 1", "1 due 2", "0 fault 3", "2 broken 4", "3 broken 4", "4 due !");
        Assert.Equal(["0 fault 3", "3 broken 4"], report.Violation!.Run);
        Assert.False(report.IsWhole);
    }

    [Fact]
    public void TooManyStatesAreToldAndNotHidden()
    {
        var report = Search.Run(new Drawn([.. Enumerable.Range(0, 20).Select(i => $"{i} due {i + 1}")]), 10, null,
            TestContext.Current.CancellationToken);
        Assert.False(report.IsWhole);
        Assert.Null(report.Violation);
    }

    /// <summary>Red if <see cref="FairRuns"/> does not ask: over millions of states it takes its time.</summary>
    [Fact]
    public void TheQuestionOfFairRunsEndsWhenItIsCancelled()
    {
        var graph = new StateGraph();
        graph.Add(Digest.Of([0]), -1, out _);
        graph.End(new Obligation(MustCommit: true, LacksReady: false, AwaitsTime: false, Ready: 0));
        Assert.Throws<OperationCanceledException>(() => new FairRuns(graph, new CancellationToken(canceled: true)).FirstBad());
    }

    private static ExplorationReport Explore(params string[] lines) =>
        Search.Run(new Drawn(lines), 1000, null, TestContext.Current.CancellationToken);

    /// <summary>A graph written as lines "from kind to"; "!" is a commit. "lacks N" and "free N" say what a state owes.</summary>
    private sealed class Drawn(string[] lines) : ITransitionSystem<string>
    {
        public string Initial => "0";

        public Digest Key(string world) => Digest.Of([(byte)int.Parse(world, System.Globalization.CultureInfo.InvariantCulture)]);

        public List<Transition<string>> Next(string world) => [.. lines.Select(line => (line, Words: line.Split(' ')))
            .Where(step => step.Words.Length == 3 && step.Words[0] == world)
            .Select(step =>
                new Transition<string>(step.line, step.Words[2] == "!" ? "99" : step.Words[2], Kind(step.Words[1]), step.Words[2] == "!",
                step.Words[1] == "broken" ? new BrokenRule("rule", "broken") : null))];

        public Obligation Owes(string world) =>
            new(world != "99" && !lines.Contains($"free {world}"), lines.Contains($"lacks {world}"), lines.Contains($"waits {world}"), 0);

        public string Describe(string world) => world;

        private static TransitionKind Kind(string word) => word switch
        {
            "due" or "broken" => TransitionKind.Due,
            "possible" => TransitionKind.Possible,
            "end" => TransitionKind.InTheEnd,
            "byzantine" => TransitionKind.Byzantine,
            _ => TransitionKind.Fault,
        };
    }
}
