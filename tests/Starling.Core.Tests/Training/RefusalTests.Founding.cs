using Starling.Core.Contracts;
using Starling.Core.Ledger;
using Starling.Core.Training;

namespace Starling.Core.Tests.Training;

/// <summary>What founds a contract, and what comes before that.</summary>
public sealed partial class RefusalTests
{
    [Fact]
    public void NotFounded()
    {
        var s = new ContractScript();
        var body = s.First.Body with { Sequence = 9 };
        Assert.Equal(Refusal.NotFounded, s.Fold(ContractScript.Signed(body)));
        Assert.Equal(Refusal.None, s.Fold(s.First));
    }

    [Fact]
    public void AFoundingThatIsAnnouncedMayStillBeRefused()
    {
        Assert.Equal(Refusal.WrongFoldVersion,
            First(new ContractScript(changeBody: b => b with { FoldVersion = TrainingState.FoldVersion + 1 })));
        Assert.Equal(Refusal.NotPermitted, First(new ContractScript(changeBody: b => b with { Author = ContractScript.Member(0) })));
        Assert.Equal(Refusal.WrongKey, First(new ContractScript(key: PlainCertifier.KeyOf(Stranger))));
        Assert.Equal(Refusal.AlreadyMember, First(new ContractScript(change: f => f with { Members = [.. f.Members, f.Members.First()] })));
        Assert.Equal(Refusal.AlreadyMember,
            First(new ContractScript(change: f => f with { Members = [.. f.Members, f.Admins.First(), f.Admins.First()] })));

        // By the rules before version 5 an admin may be a member twice: nodes of an older build founded such contracts.
        Assert.Equal(Refusal.None, First(new ContractScript(changeBody: b => b with { FoldVersion = 4 },
            change: f => f with { Members = [.. f.Members, f.Admins.First(), f.Admins.First()] })));
        Assert.Equal(Refusal.AlreadyMember, First(new ContractScript(changeBody: b => b with { FoldVersion = 4 },
            change: f => f with { Members = [.. f.Members, f.Members.First()] })));

        static Refusal First(ContractScript s) => s.Fold(s.First);
    }

    /// <summary>Red if whoever sees a founding before it lands can keep its contract from ever being founded.</summary>
    [Fact]
    public void AFoundingUnderAnotherKeySpoilsNothing()
    {
        var s = new ContractScript();
        Assert.Equal(Refusal.WrongKey, s.Fold(new SignedEntry([.. s.First.BodyBytes], PlainCertifier.KeyOf(Stranger), [1])));
        Assert.Equal(Refusal.None, s.Fold(s.First));
        Assert.Equal(Refusal.Duplicate, s.Fold(s.First));
    }

    /// <summary>Red if what came before the founding counts when it comes again: builds would differ in that.</summary>
    [Fact]
    public void WhatCameBeforeTheFoundingIsKnownAfterIt()
    {
        var s = new ContractScript();
        var early = s.Next(s.A, new Leave());
        Assert.Equal(Refusal.NotFounded, s.Fold(early));
        Assert.Equal(Refusal.None, s.Fold(s.First));
        Assert.Equal(Refusal.Duplicate, s.Fold(early));
    }
}
