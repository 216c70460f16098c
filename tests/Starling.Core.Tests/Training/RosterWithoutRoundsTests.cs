using Starling.Core.Contracts;
using Starling.Core.Identity;
using Starling.Core.Training;

namespace Starling.Core.Tests.Training;

/// <summary>
/// Where members do not agree in rounds on the ledger there is no quorum to protect: members and settings change at once.
/// </summary>
public sealed class RosterWithoutRoundsTests
{
    private static readonly NodeId Newcomer = NodeId.Create("test", "clinic", "z");

    [Fact]
    public void WhoEnrolsIsAMemberAtOnceAndWhoLeavesIsNoneAtOnce()
    {
        var s = Begun("gossip");
        s.Accept(Newcomer, new Enrol(ContractScript.Enrolment(Newcomer)));
        Assert.Contains(Newcomer, s.Round.View);
        s.Accept(s.A, new Leave());
        Assert.DoesNotContain(s.A, s.Round.View);
        Assert.Equal(Standing.Outside, s.State.Authors[s.A].Standing);
    }

    [Fact]
    public void WhoIsExpelledIsNoMemberAnyMoreAndTooFewMembersEndTheTraining()
    {
        var s = Begun("gossip");
        s.Accept(ContractScript.Admin, new Revoke(s.A));
        Assert.DoesNotContain(s.A, s.Round.View);
        Assert.False(s.State.Ended);
        s.Accept(ContractScript.Admin, new Revoke(s.B));
        Assert.True(s.State.Ended);
    }

    [Fact]
    public void SettingsChangeAtOnce()
    {
        var s = Begun("gossip");
        s.Accept(ContractScript.Admin, new ChangeSettings(s.State.Settings! with { Rounds = 7 }));
        Assert.Equal(7, s.Round.Settings.Rounds);
    }

    [Fact]
    public void WithRoundsAllOfItWaitsForTheNextOne()
    {
        var s = Begun("leader");
        s.Accept(Newcomer, new Enrol(ContractScript.Enrolment(Newcomer)));
        s.Accept(s.A, new Leave());
        s.Accept(ContractScript.Admin, new ChangeSettings(s.State.Settings! with { Rounds = 7 }));
        Assert.Equal(s.Members, [.. s.Round.View]);
        Assert.Equal(100, s.Round.Settings.Rounds);
    }

    private static ContractScript Begun(string protocol)
    {
        var script = new ContractScript(change: f => f with { Settings = f.Settings with { Protocol = protocol } });
        Assert.Equal(Refusal.None, script.Fold(script.First));
        return script;
    }
}
