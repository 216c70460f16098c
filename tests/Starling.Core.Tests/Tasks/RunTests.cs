using Starling.Core.Identity;
using Starling.Core.Tasks;
using Starling.Core.Tests.Training;

namespace Starling.Core.Tests.Tasks;

/// <summary>How a run goes on and ends.</summary>
public sealed class RunTests
{
    private static readonly TaskName Make = RunnerScript.Name("make");

    [Fact]
    public void ARunIsCompleteWhenAsManyAsItWantsHaveCompletedIt()
    {
        var s = RunnerScript.Begun().Assigned(new SomePeers(2)).Enlisted(Members(0, 2)).Reported(WorkState.Running, Members(0))
            .Reported(WorkState.Complete, Members(0));
        Assert.True(s.Run.IsActive);
        s.Reported(WorkState.Complete, s.C);
        Assert.Equal((WorkState.Complete, 1L), (s.Run.State, s.State.Tasks[Make].Completed));
        s.Accept(RunnerScript.Admin, new AssignTask(Make, new OnePeer(s.B))).Enlisted(s.B).Reported(WorkState.Complete, s.B);
        Assert.Equal((2L, WorkState.Complete, 2L), (s.Run.Number, s.Run.State, s.State.Tasks[Make].Completed));
    }

    [Fact]
    public void AllPeersAreThoseThatThereAreAtTheAssignment()
    {
        var s =
            RunnerScript.Begun().Accept(ContractScript.Member(1), new RemoveOperator(ContractScript.Member(1))).Assigned(new AllPeers());
        Assert.Equal(2, s.Run.Wanted);
        Assert.Equal([s.A, s.C], s.Run.Eligible);
    }

    [Fact]
    public void ARunKnowsWhoAssignedItAndWhere()
    {
        var s = RunnerScript.Begun().Assigned(new AllPeers());
        Assert.Equal((1L, Make, RunnerScript.Admin, s.State.Height - 1), (s.Run.Number, s.Run.Task, s.Run.By, s.Run.Height));
    }

    [Fact]
    public void AnothersFailureLeavesAPlaceForWhoHasNotTried()
    {
        var s = RunnerScript.Begun().Assigned(new SomePeers(2)).Enlisted(Members(0, 1)).Reported(WorkState.Failed, Members(0))
            .Enlisted(Members(2)).Reported(WorkState.Complete, Members(1, 2));
        Assert.Equal(WorkState.Complete, s.Run.State);
    }

    [Fact]
    public void ARunFailsOnlyWhenNobodyWorksOnItAnyMore()
    {
        var s = RunnerScript.Begun().Assigned(new AllPeers()).Enlisted(Members(0, 1, 2)).Reported(WorkState.Failed, Members(0));
        Assert.True(s.Run.IsActive);
        s.Reported(WorkState.Complete, s.B);
        Assert.True(s.Run.IsActive);
        s.Reported(WorkState.Complete, s.C);
        Assert.Equal((WorkState.Failed, 0L), (s.Run.State, s.State.Tasks[Make].Completed));
        Assert.Contains("2 of the 3", s.Run.Reason, StringComparison.Ordinal);
        Assert.Contains("so it is", s.Run.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void ARunThatManyCouldStillCompleteWaitsForThem()
    {
        var s = RunnerScript.Begun().Assigned(new SomePeers(2)).Enlisted(Members(0)).Reported(WorkState.Failed, Members(0));
        Assert.True(s.Run.IsActive);
        s.Enlisted(s.B).Reported(WorkState.Failed, s.B);
        Assert.Equal(WorkState.Failed, s.Run.State);
    }

    [Fact]
    public void AnOperatorThatIsNamedTriesAgain()
    {
        var s = RunnerScript.Begun().Assigned(new AllPeers()).Enlisted(Members(0, 1, 2)).Reported(WorkState.Failed, Members(0))
            .Reported(WorkState.Complete, Members(1));
        s.Accept(RunnerScript.Admin, new AssignTask(Make, new OnePeer(s.A)));
        Assert.Equal((1L, 3), (s.Run.Number, s.Run.Wanted));
        s.Enlisted(s.A).Reported(WorkState.Complete, s.A);
        Assert.True(s.Run.IsActive);
        s.Reported(WorkState.Complete, s.C);
        Assert.Equal(WorkState.Complete, s.Run.State);
    }

    [Fact]
    public void AnOperatorThatIsNamedJoinsAFullRun()
    {
        var s = RunnerScript.Begun().Assigned(new SomePeers(1)).Enlisted(Members(0))
            .Accept(RunnerScript.Admin, new AssignTask(Make, new OnePeer(ContractScript.Member(1))));
        Assert.Equal(2, s.Run.Wanted);
        s.Enlisted(s.B).Reported(WorkState.Complete, s.A);
        Assert.True(s.Run.IsActive);
        s.Reported(WorkState.Complete, s.B);
        Assert.Equal(WorkState.Complete, s.Run.State);
    }

    [Fact]
    public void ANewOperatorJoinsWhenItIsNamed()
    {
        var stranger = RunnerScript.Stranger;
        var s = RunnerScript.Begun().Assigned(new AllPeers()).Enlisted(Members(0))
            .Accept(stranger, new EnrolOperator(ContractScript.Enrolment(stranger)))
            .Accept(RunnerScript.Admin, new AssignTask(Make, new OnePeer(stranger))).Enlisted(stranger);
        Assert.Equal(WorkState.Running, s.Run.Work[stranger].State);
    }

    [Fact]
    public void WhoIsExpelledWhileItWorksHasFailed()
    {
        var s = RunnerScript.Begun().Assigned(new AllPeers()).Enlisted(Members(0, 1))
            .Accept(RunnerScript.Admin, new RemoveOperator(ContractScript.Member(0)));
        Assert.Equal(WorkState.Failed, s.Run.Work[s.A].State);
        Assert.DoesNotContain(s.A, s.Run.Eligible);
        Assert.True(s.Run.IsActive);
        s.Accept(s.B, new RemoveOperator(s.B));
        Assert.Equal(WorkState.Failed, s.Run.State);
    }

    [Fact]
    public void WhoIsExpelledAfterItsWorkHasCompletedIt()
    {
        var s = RunnerScript.Begun().Assigned(new SomePeers(2)).Enlisted(Members(0, 1)).Reported(WorkState.Complete, Members(0))
            .Accept(RunnerScript.Admin, new RemoveOperator(ContractScript.Member(0)));
        Assert.Equal(WorkState.Complete, s.Run.Work[s.A].State);
        s.Reported(WorkState.Complete, s.B);
        Assert.Equal(WorkState.Complete, s.Run.State);
    }

    [Fact]
    public void ARunThatNobodyIsLeftForFails()
    {
        var s = RunnerScript.Begun().Assigned(new SomePeers(3)).Accept(RunnerScript.Admin, new RemoveOperator(ContractScript.Member(0)));
        Assert.Equal(WorkState.Failed, s.Run.State);
        Assert.Equal("2 of the 3 operators that it wants can complete it", s.Run.Reason);
    }

    [Fact]
    public void ACancelledRunIsOverAndItsTaskIsNotComplete()
    {
        var s = RunnerScript.Begun().Assigned(new AllPeers()).Enlisted(Members(0, 1, 2)).Reported(WorkState.Complete, Members(0, 1))
            .Accept(RunnerScript.Admin, new CancelRun(1, "enough"));
        Assert.Equal((WorkState.Cancelled, "enough", 0L), (s.Run.State, s.Run.Reason, s.State.Tasks[Make].Completed));
        s.Accept(RunnerScript.Admin, new AssignTask(Make, new AllPeers())).Accept(RunnerScript.Admin, new CancelRun(2, ""));
        Assert.Contains(RunnerScript.Admin.Value, s.Run.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void TheLatestRunsAreKept()
    {
        var s = RunnerScript.Begun().Written(RunnerScript.Task("make"));
        for (var run = 1; run <= RunnerState.RecentRuns + 3; run++)
            s.Accept(RunnerScript.Admin, new AssignTask(Make, new AllPeers())).Accept(RunnerScript.Admin, new CancelRun(run, ""));
        Assert.Equal(Enumerable.Range(4, RunnerState.RecentRuns).Select(run => (long)run), s.State.Runs.Select(run => run.Number));
    }

    [Fact]
    public void AFailureThatTellsALongStoryIsCutBetweenItsLetters()
    {
        foreach (var shift in (string[])["", "x"])
        {
            var s = RunnerScript.Begun().Assigned(new OnePeer(ContractScript.Member(0))).Enlisted(Members(0));
            s.Accept(s.A,
                new ReportWork(1, RunnerScript.Report(WorkState.Failed, shift + string.Concat(Enumerable.Repeat("\U0001F426", 600)))));
            Assert.InRange(s.Run.Reason.Length, 512, 620);
            Assert.DoesNotContain('\uFFFD', System.Text.Encoding.UTF8.GetString(System.Text.Encoding.UTF8.GetBytes(s.Run.Reason)));
        }
    }

    private static NodeId[] Members(params int[] members) => [.. members.Select(ContractScript.Member)];
}
