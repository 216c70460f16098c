using Starling.Core.Contracts;
using Starling.Core.Identity;
using Starling.Core.Ledger;
using Starling.Core.Training;

namespace Starling.Core.Tests.Training;

/// <summary>The refusals that only entries of a term meet.</summary>
public sealed partial class RefusalTests
{
    [Fact]
    public void TermTaken()
    {
        var s = ContractScript.Begun().Led();
        Assert.Equal(Refusal.TermTaken, s.Append(s.B, s.Claim()));
    }

    [Fact]
    public void NotReady()
    {
        var s = ContractScript.Begun().Readied(ContractScript.Member(0), ContractScript.Member(1));
        Assert.Equal(Refusal.NotReady, s.Append(s.C, s.Claim()));
        Assert.Equal(Refusal.NotReady, s.Append(s.C, s.Reopen()));
    }

    [Fact]
    public void NotEligible()
    {
        var s = ContractScript.Begun(notEligible: ContractScript.Member(0)).Readied(ContractScript.Member(0), ContractScript.Member(1));
        Assert.Equal(Refusal.NotEligible, s.Append(s.A, s.Claim()));
        Assert.Equal(Refusal.None, s.Append(s.B, s.Claim()));
    }

    [Fact]
    public void BarredForOneTerm()
    {
        var s = ContractScript.Begun().Led();
        s.Accept(s.A, s.Resign());
        Assert.Equal(Refusal.Barred, s.Append(s.A, s.Claim()));
        s.Accept(s.B, s.Claim());
        s.Accept(s.B, s.Resign());
        Assert.Equal(Refusal.None, s.Append(s.A, s.Claim()));
    }

    /// <summary>Red if a round waits for a reopening because the one member that may lead it was slow, or gave the term up.</summary>
    [Fact]
    public void NobodyIsBarredWhereNobodyElseThatIsReadyMayLead()
    {
        var s = ContractScript.Begun(notEligible: ContractScript.Member(1)).Readied(ContractScript.Member(0), ContractScript.Member(1));
        s.Accept(s.A, s.Claim());
        s.Accept(s.A, s.Resign());
        Assert.Equal(Refusal.NotEligible, s.Append(s.B, s.Claim()));
        s.Accept(s.A, s.Claim());
        s.Accept(s.A, s.Resign());
        s.Accept(s.C, s.ReadyOf(s.C));
        Assert.Equal(Refusal.Barred, s.Append(s.A, s.Claim()));
        Assert.Equal(Refusal.None, s.Append(s.C, s.Claim()));
    }

    /// <summary>Red if a ledger that was written by nodes of the older rules is replayed to another state than theirs.</summary>
    [Fact]
    public void ByTheOlderRulesItIsBarredThereToo()
    {
        var s = new ContractScript(notEligible: ContractScript.Member(1), changeBody: b => b with { FoldVersion = 2 });
        Assert.Equal(Refusal.None, s.Fold(s.First));
        TrainingEntry[] entries = [s.ReadyOf(s.A), s.ReadyOf(s.B)];
        Assert.Equal(Refusal.None, s.Append(s.A, entries[0], Older));
        Assert.Equal(Refusal.None, s.Append(s.B, entries[1], Older));
        Assert.Equal(Refusal.None, s.Append(s.A, s.Claim(), Older));
        Assert.Equal(Refusal.None, s.Append(s.A, s.Resign(), Older));
        Assert.Equal(Refusal.Barred, s.Append(s.A, s.Claim(), Older));

        static EntryBody Older(EntryBody body) => body with { FoldVersion = 2 };
    }

    [Fact]
    public void TooFewReady()
    {
        var s = ContractScript.Begun(members: 4, minPeers: 3).Readied(ContractScript.Member(0), ContractScript.Member(1));
        Assert.Equal(Refusal.TooFewReady, s.Append(s.A, s.Claim()));
    }

    [Fact]
    public void TooFewReadyWhenAsManyDissent()
    {
        var s = ContractScript.Begun(members: 4).Readied(ContractScript.Member(0), ContractScript.Member(1));
        foreach (var other in s.Members[2..])
            Assert.Equal(Refusal.StateMismatch, s.Append(other, s.ReadyOf(other) with { StateHash = Digest.Of("else"u8) }));
        Assert.Equal(Refusal.TooFewReady, s.Append(s.A, s.Claim()));
    }

    [Fact]
    public void DisputedPairUntilAnotherIsReady()
    {
        var s = ContractScript.Begun().Readied(ContractScript.Member(0), ContractScript.Member(1));
        s.Accept(s.A, s.Claim());
        s.Accept(s.A, s.Merged("one"));
        s.Accept(s.B, s.Full("other"));
        Assert.Equal(2, s.Round.Term);
        Assert.Equal(Refusal.DisputedPair, s.Append(s.B, s.Claim()));
        s.Readied(s.C);
        Assert.Equal(Refusal.None, s.Append(s.B, s.Claim()));
    }

    [Fact]
    public void NotLeader()
    {
        var s = ContractScript.Begun().Readied([.. ContractScript.Begun().Members]);
        Assert.Equal(Refusal.NotLeader, s.Append(s.B, new Merged(1, 1, 1, ContractScript.Blob("m"), [.. s.Members], [])));
        s.Accept(s.A, s.Claim());
        Assert.Equal(Refusal.NotLeader, s.Append(s.B, s.Merged()));
        Assert.Equal(Refusal.NotLeader, s.Append(s.B, s.Resign()));
    }

    [Fact]
    public void AlreadyProposed()
    {
        var s = ContractScript.Begun().Proposed();
        Assert.Equal(Refusal.AlreadyProposed, s.Append(s.A, s.Merged("second")));
    }

    [Fact]
    public void BadContributors()
    {
        var s = ContractScript.Begun().Led();
        var right = s.Merged();
        Assert.Equal(Refusal.BadContributors, s.Append(s.A, right with { Contributors = [s.A, s.B] }));
        Assert.Equal(Refusal.BadContributors, s.Append(s.A, right with { Contributors = [s.B, s.A, s.C] }));
        Assert.Equal(Refusal.BadContributors, s.Append(s.A, right with { Contributors = [s.A, s.A, s.B] }));
        Assert.Equal(Refusal.BadContributors, s.Append(s.A, right with { Contributors = [s.A, s.B, Stranger] }));
        s.Accept(s.A, right);
        Assert.Equal(Refusal.BadContributors, s.Append(s.B, s.Full() with { Contributors = [s.A, s.B, Stranger] }));
        Assert.Equal(Refusal.BadContributors, s.Append(s.B, s.Full() with { Contributors = [s.B, s.A] }));
    }

    [Fact]
    public void TooFewContributors()
    {
        var s = ContractScript.Begun(minPeers: 3).Led();
        Assert.Equal(Refusal.TooFewContributors, s.Append(s.A, s.Merged("right", s.C)));
        s.Accept(s.A, s.Merged());
        Assert.Equal(Refusal.TooFewContributors, s.Append(s.B, s.Full("right", s.C)));
    }

    [Fact]
    public void WrongMode()
    {
        var full = ContractScript.Begun().Proposed();
        Assert.Equal(Refusal.WrongMode, full.Append(full.B, full.Sampled()));
        Assert.Equal(Refusal.WrongMode, full.Append(full.B, full.Receipt()));
        var off = ContractScript.Begun(audit: AuditMode.Off).Proposed();
        Assert.Equal(Refusal.WrongMode, off.Append(off.B, off.Full()));
    }

    [Fact]
    public void NotInSet()
    {
        foreach (var audit in Enum.GetValues<AuditMode>())
        {
            var s = ContractScript.Begun(members: 4, audit: audit)
                .Readied(ContractScript.Member(0), ContractScript.Member(1), ContractScript.Member(2));
            s.Accept(s.A, s.Claim());
            s.Readied(s.Members[3]);
            Assert.Equal(Refusal.NotInSet, s.Append(s.Members[3], s.Suspect()));
            s.Accept(s.A, s.Merged());
            Assert.Equal(Refusal.NotInSet, s.Append(s.Members[3], audit switch
            {
                AuditMode.Off => s.Receipt(),
                AuditMode.Sampled => s.Sampled(),
                _ => s.Full(),
            }));
        }
    }

    [Fact]
    public void NothingProposed()
    {
        var full = ContractScript.Begun().Led();
        Assert.Equal(Refusal.NothingProposed, full.Append(full.B, full.Full()));
        var off = ContractScript.Begun(audit: AuditMode.Off).Led();
        Assert.Equal(Refusal.NothingProposed, off.Append(off.B, off.Receipt()));
    }

    [Fact]
    public void AlreadyVoted()
    {
        var s = ContractScript.Begun(members: 5).Proposed();
        s.Accept(s.B, s.Full());
        Assert.Equal(Refusal.AlreadyVoted, s.Append(s.B, s.Full("other")));
        Assert.Equal(Refusal.AlreadyVoted, s.Append(s.A, s.Full("other")));
        var sampled = ContractScript.Begun(members: 5, audit: AuditMode.Sampled).Proposed();
        sampled.Accept(sampled.B, sampled.Sampled());
        Assert.Equal(Refusal.AlreadyVoted, sampled.Append(sampled.B, sampled.Sampled()));
    }

    [Fact]
    public void NeedsFullAudit()
    {
        var s = ContractScript.Begun(members: 5, audit: AuditMode.Sampled).Proposed();
        s.Accept(s.B, s.Full("other"));
        Assert.Equal(Refusal.NeedsFullAudit, s.Append(s.C, s.Sampled()));
        Assert.Equal(Refusal.None, s.Append(s.C, s.Full("other")));
    }

    [Fact]
    public void WrongDigest()
    {
        var s = ContractScript.Begun(audit: AuditMode.Off).Proposed();
        Assert.Equal(Refusal.WrongDigest, s.Append(s.B, s.Receipt("other")));
    }

    [Fact]
    public void NoLeader()
    {
        var s = ContractScript.Begun();
        Assert.Equal(Refusal.NoLeader, s.Append(s.A, s.Suspect()));
    }

    [Fact]
    public void UseResign()
    {
        var s = ContractScript.Begun().Led();
        Assert.Equal(Refusal.UseResign, s.Append(s.A, s.Suspect()));
    }

    [Fact]
    public void AlreadySuspected()
    {
        var s = ContractScript.Begun(members: 5).Led();
        s.Accept(s.B, s.Suspect());
        Assert.Equal(Refusal.AlreadySuspected, s.Append(s.B, s.Suspect()));
    }

    [Fact]
    public void AlreadyAsked()
    {
        var s = ContractScript.Begun(members: 4, minPeers: 3).Readied(ContractScript.Member(0));
        s.Accept(s.A, s.Reopen());
        Assert.Equal(Refusal.AlreadyAsked, s.Append(s.A, s.Reopen()));
    }
}
