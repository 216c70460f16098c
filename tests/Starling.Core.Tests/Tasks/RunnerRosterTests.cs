using Starling.Core.Contracts;
using Starling.Core.Identity;
using Starling.Core.Tasks;
using Starling.Core.Tests.Training;
using Starling.Core.Training;

namespace Starling.Core.Tests.Tasks;

/// <summary>Who is an operator, and who was.</summary>
public sealed class RunnerRosterTests
{
    private static readonly NodeId Admin = RunnerScript.Admin;
    private static readonly NodeId Stranger = RunnerScript.Stranger;

    [Fact]
    public void TheFoundingNamesAdminsAndOperators()
    {
        var s = RunnerScript.Begun();
        Assert.True(s.State.IsFounded);
        Assert.Equal(s.Operators, s.State.Operators.ToArray());
        Assert.Equal(s.Operators, s.State.Audience);
        Assert.True(s.State.Authors[Admin].IsAdmin);
        Assert.Equal(s.Operators, s.State.Enrolments.Keys);
    }

    [Fact]
    public void AnAdminMayBeAnOperatorToo()
    {
        var s = new RunnerScript(change: f => f with { Operators = [.. f.Operators, ContractScript.Enrolment(Admin)] });
        Assert.Equal(Refusal.None, s.Fold(s.First));
        s.Assigned(new OnePeer(Admin)).Enlisted(Admin).Reported(WorkState.Complete, Admin);
        Assert.Equal(WorkState.Complete, s.Run.State);
    }

    [Fact]
    public void ANodeEnrolsItselfOrIsEnrolledByAnAdmin()
    {
        var s = RunnerScript.Begun(operators: 1).Accept(Stranger, new EnrolOperator(ContractScript.Enrolment(Stranger)));
        s.Accept(Admin, new EnrolOperator(ContractScript.Enrolment(ContractScript.Member(1))));
        Assert.Equal([s.A, ContractScript.Member(1), Stranger], s.State.Operators);
        Assert.Equal(s.State.Operators.ToArray(), s.State.Enrolments.Keys);
        s.Assigned(new AllPeers()).Enlisted(Stranger, ContractScript.Member(1));
    }

    [Fact]
    public void WhoLeftMayComeBackAndWhoWasExpelledNeedsAnAdmin()
    {
        var s = RunnerScript.Begun();
        s.Accept(s.A, new RemoveOperator(s.A)).Accept(s.A, new EnrolOperator(ContractScript.Enrolment(s.A)));
        s.Accept(Admin, new RemoveOperator(s.A));
        Assert.DoesNotContain(s.A, s.State.Operators);
        Assert.Contains(s.A, s.State.Enrolments.Keys);
        Assert.Equal(Refusal.NotPermitted, s.Append(s.A, new EnrolOperator(ContractScript.Enrolment(s.A))));
        s.Accept(Admin, new EnrolOperator(ContractScript.Enrolment(s.A)));
        Assert.Contains(s.A, s.State.Operators);
    }

    [Fact]
    public void AnotherKeyDoesNotComeBackInAnOldName()
    {
        var s = RunnerScript.Begun();
        var other = ContractScript.Enrolment(s.A) with { Chain = PlainCertifier.ChainOf(s.B) };
        s.Accept(Admin, new RemoveOperator(s.A));
        Assert.Equal(Refusal.UntrustedCertificate, s.Append(Admin, new EnrolOperator(other)));
    }

    [Fact]
    public void NoMoreOperatorsThanMembersOfAContract()
    {
        var s = RunnerScript.Begun(TrainingSettings.MaxMembers);
        Assert.Equal(Refusal.NotPermitted, s.Append(Admin, new EnrolOperator(ContractScript.Enrolment(Stranger))));
        s.Accept(s.A, new RemoveOperator(s.A)).Accept(Admin, new EnrolOperator(ContractScript.Enrolment(Stranger)));
    }

    [Fact]
    public void WhoRejoinsGoesOnWithItsWork()
    {
        var s = RunnerScript.Begun().Assigned(new AllPeers()).Enlisted(ContractScript.Member(0))
            .Accept(ContractScript.Member(0), new RejoinRunner());
        Assert.Equal(2, s.State.Authors[s.A].Incarnation);
        s.Reported(WorkState.Complete, s.A);
    }
}
