using Starling.Core.Contracts;
using Starling.Core.Identity;
using Starling.Core.Training;

namespace Starling.Core.Tests.Training;

/// <summary>Who may lead, after a reopening and after a member has come back.</summary>
public sealed class LeadershipTests
{
    /// <summary>Red if a leader that lets a round be opened anew can lead at once again, and so for ever.</summary>
    [Theory]
    [InlineData(TrainingState.FoldVersion, Refusal.Barred)]
    [InlineData(3, Refusal.None)]
    public void WhoLedWhenARoundIsOpenedAnewIsBarredFromTheFirstTerm(int version, Refusal expected)
    {
        var s = Founded(version).Led();
        s.Accept(s.B, s.Reopen());
        s.Accept(s.C, s.Reopen());
        s.Readied([.. s.Members]);
        Assert.Equal(expected, s.Append(s.A, s.Claim()));
        if (expected == Refusal.None)
            return;
        s.Accept(s.B, s.Claim());
        // Nobody stays barred: who never claims must not keep an honest leader out for good.
        s.Accept(s.B, s.Resign());
        s.Accept(s.B, s.Reopen());
        s.Accept(s.C, s.Reopen());
        s.Readied([.. s.Members]).Accept(s.B, s.Claim());
    }

    /// <summary>Red if a member makes itself a leader, or an admin cannot.</summary>
    [Theory]
    [InlineData(TrainingState.FoldVersion, false, Refusal.NotEligible)]
    [InlineData(TrainingState.FoldVersion, true, Refusal.None)]
    [InlineData(3, false, Refusal.None)]
    public void WhoEnrolsItselfAgainMayLeadNoMoreThanBefore(int version, bool isByAdmin, Refusal expected)
    {
        var s = Founded(version, ContractScript.Member(2)).Readied(ContractScript.Member(0), ContractScript.Member(2));
        s.Accept(s.C, new Leave());
        s.Accept(isByAdmin ? ContractScript.Admin : s.C, new Enrol(ContractScript.Enrolment(s.C)));
        Assert.Equal(expected, s.Append(s.C, s.Claim()));
    }

    private static ContractScript Founded(int version, NodeId? notEligible = null)
    {
        var script = new ContractScript(notEligible: notEligible, changeBody: body => body with { FoldVersion = version });
        Assert.Equal(Refusal.None, script.Fold(script.First));
        return script;
    }
}
