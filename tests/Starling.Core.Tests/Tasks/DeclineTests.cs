using Starling.Core.Contracts;
using Starling.Core.Identity;
using Starling.Core.Tasks;
using Starling.Core.Tests.Training;

namespace Starling.Core.Tests.Tasks;

/// <summary>An operator that does not carry a task out says so, and the run goes on without it.</summary>
public sealed class DeclineTests
{
    private static readonly TaskName Make = RunnerScript.Name("make");

    /// <summary>Red if a run with all peers waits for one that has refused.</summary>
    [Fact]
    public void AllPeersAreAllThatDoNotRefuse()
    {
        var s = RunnerScript.Begun().Assigned(new AllPeers()).Enlisted(Members(0)).Declined(Members(1)).Enlisted(Members(2))
            .Reported(WorkState.Complete, Members(0));
        Assert.Equal((true, 2), (s.Run.IsActive, s.Run.Wanted));
        s.Reported(WorkState.Complete, s.C);
        Assert.Equal((WorkState.Complete, 1L, "2 of 2 have completed it; 1 refused it"),
            (s.Run.State, s.State.Tasks[Make].Completed, s.Run.Reason));
        Assert.Equal((WorkState.Refused, "it is not done here"), (s.Run.Work[s.B].State, s.Run.Work[s.B].Description));
    }

    [Fact]
    public void ARunIsCompleteWhenTheLastThatItWaitsForRefuses()
    {
        var s = RunnerScript.Begun().Assigned(new AllPeers()).Enlisted(Members(0, 1)).Reported(WorkState.Complete, Members(0, 1))
            .Declined(Members(2));
        Assert.Equal((WorkState.Complete, 2), (s.Run.State, s.Run.Wanted));
    }

    /// <summary>Red if a run that nobody carries out is complete, or never ends.</summary>
    [Fact]
    public void ARunThatAllRefuseHasFailed()
    {
        var s = RunnerScript.Begun().Assigned(new AllPeers()).Declined(Members(2, 0));
        Assert.True(s.Run.IsActive);
        s.Declined(s.B);
        Assert.Equal((WorkState.Failed, 0L), (s.Run.State, s.State.Tasks[Make].Completed));
        Assert.Equal($"0 of the 1 operators that it wants can complete it: {s.A} refused (it is not done here)", s.Run.Reason);
    }

    [Fact]
    public void OfSomePeersAnotherTakesThePlaceOfWhoRefuses()
    {
        var s = RunnerScript.Begun().Assigned(new SomePeers(2)).Declined(Members(0)).Enlisted(Members(1, 2));
        Assert.Equal(2, s.Run.Wanted);
        s.Reported(WorkState.Complete, s.B, s.C);
        Assert.Equal(WorkState.Complete, s.Run.State);
    }

    [Fact]
    public void SomePeersThatThereAreNotFailAtOnceOrWhenNobodyWorksAnyMore()
    {
        Assert.Equal(WorkState.Failed, RunnerScript.Begun().Assigned(new SomePeers(3)).Declined(Members(1)).Run.State);
        var s = RunnerScript.Begun().Assigned(new SomePeers(3)).Enlisted(Members(0)).Declined(Members(1));
        Assert.True(s.Run.IsActive);
        s.Reported(WorkState.Complete, s.A);
        Assert.Equal(WorkState.Failed, s.Run.State);
        Assert.Contains($"{s.B} refused", s.Run.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void WhoIsTheTargetAndRefusesFailsTheRun() =>
        Assert.Equal(WorkState.Failed, RunnerScript.Begun().Assigned(new OnePeer(ContractScript.Member(0))).Declined(Members(0)).Run.State);

    [Fact]
    public void AFailureIsNamedBeforeARefusal()
    {
        var s = RunnerScript.Begun().Assigned(new AllPeers()).Declined(Members(0)).Enlisted(Members(1, 2))
            .Reported(WorkState.Failed, Members(1)).Reported(WorkState.Complete, Members(2));
        Assert.Equal(WorkState.Failed, s.Run.State);
        Assert.Contains($"1 of the 2 operators that it wants can complete it: {s.B} failed", s.Run.Reason, StringComparison.Ordinal);
    }

    /// <summary>Red if a run that has lost an operator for good is complete because another refuses.</summary>
    [Fact]
    public void WhomTheRunLostItGoesOnToMiss()
    {
        var s = RunnerScript.Begun().Assigned(new AllPeers()).Enlisted(Members(1))
            .Accept(RunnerScript.Admin, new RemoveOperator(ContractScript.Member(0))).Declined(Members(2));
        Assert.Equal(2, s.Run.Wanted);
        s.Reported(WorkState.Complete, s.B);
        Assert.Equal(WorkState.Failed, s.Run.State);
    }

    /// <summary>Red if an operator whose owner has changed his mind is not wanted, or takes another's place.</summary>
    [Fact]
    public void WhoRefusedIsWantedAgainWhenItIsNamed()
    {
        var s = RunnerScript.Begun().Assigned(new AllPeers()).Declined(Members(0))
            .Accept(RunnerScript.Admin, new AssignTask(Make, new OnePeer(ContractScript.Member(0))));
        Assert.Equal((1L, 3), (s.Run.Number, s.Run.Wanted));
        s.Enlisted(s.A, s.B, s.C).Reported(WorkState.Complete, s.A, s.B, s.C);
        Assert.Equal((WorkState.Complete, "3 of 3 have completed it"), (s.Run.State, s.Run.Reason));
    }

    [Fact]
    public void ANewOperatorThatIsNamedAndRefusesTakesNobodysPlace()
    {
        var stranger = RunnerScript.Stranger;
        var s = RunnerScript.Begun().Assigned(new AllPeers()).Accept(stranger, new EnrolOperator(ContractScript.Enrolment(stranger)))
            .Accept(RunnerScript.Admin, new AssignTask(Make, new OnePeer(stranger))).Declined(stranger);
        Assert.Equal(3, s.Run.Wanted);
    }

    [Fact]
    public void OnlyWhoIsWantedAndHasNotAnsweredRefuses()
    {
        var s = RunnerScript.Begun().Assigned(new SomePeers(1));
        var decline = new Decline(1, "");
        Assert.Equal(Refusal.NotMember, s.Append(RunnerScript.Admin, decline));
        Assert.Equal(Refusal.NotMember, s.Append(RunnerScript.Stranger, decline));
        Assert.Equal(Refusal.UnknownRun, s.Append(s.A, new Decline(2, "")));
        s.Declined(s.A);
        Assert.Equal(Refusal.AlreadyEnlisted, s.Append(s.A, decline));
        Assert.Equal(Refusal.AlreadyEnlisted, s.Append(s.A, new Enlist(1)));
        Assert.Equal(Refusal.NoWork, s.Append(s.A, new ReportWork(1, RunnerScript.Report(WorkState.Complete))));
        s.Enlisted(s.B);
        Assert.Equal(Refusal.AlreadyEnlisted, s.Append(s.B, decline));
        Assert.Equal(Refusal.RunIsFull, s.Append(s.C, decline));
    }

    /// <summary>
    /// Red if a task runner that was founded by the older rules is not followed, or follows the newer ones: its
    /// other nodes may not know them.
    /// </summary>
    [Fact]
    public void ARunnerOfTheOlderRulesKeepsThem()
    {
        var s = new RunnerScript(changeBody: b => b with { FoldVersion = 1 });
        Assert.Equal(Refusal.None, s.Fold(s.First));
        s.Assigned(new SomePeers(1));
        Assert.Equal(1, s.State.RulesVersion);
        Assert.Equal(Refusal.Malformed, s.Append(s.A, new Decline(1, "")));
        Assert.Equal(Refusal.WrongFoldVersion, s.Append(s.A, new Enlist(1), b => b with { FoldVersion = 2 }));
        s.Enlisted(s.A).Reported(WorkState.Complete, s.A);
        Assert.Equal("1 of 1 have completed it", s.Run.Reason);
    }

    private static NodeId[] Members(params int[] members) => [.. members.Select(ContractScript.Member)];
}
