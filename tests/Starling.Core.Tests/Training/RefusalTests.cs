using Starling.Core.Identity;
using Starling.Core.Ledger;
using Starling.Core.Training;

namespace Starling.Core.Tests.Training;

/// <summary>Every refusal of the fold has an entry here that needs it: without the check, the entry would pass or be refused by another name.</summary>
public sealed class RefusalTests
{
    private static readonly NodeId Stranger = NodeId.Create("test", "street", "x");

    [Fact]
    public void Duplicate()
    {
        var s = ContractScript.Begun();
        var entry = s.Next(s.A, s.ReadyOf(s.A));
        Assert.Equal(Refusal.None, s.Fold(entry));
        Assert.Equal(Refusal.Duplicate, s.Fold(entry));
    }

    [Fact]
    public void BadSignatureSaysNothingOfItsAuthor()
    {
        var s = ContractScript.Begun();
        var entry = s.Next(s.A, s.ReadyOf(s.A));
        Assert.Equal(Refusal.BadSignature, s.Fold(entry, signatureValid: false));
        Assert.Equal(Refusal.None, s.Fold(entry));
    }

    [Fact]
    public void WrongKeySaysNothingOfItsAuthor()
    {
        var s = ContractScript.Begun();
        var entry = s.Next(s.A, s.ReadyOf(s.A));
        Assert.Equal(Refusal.WrongKey, s.Fold(new SignedEntry([.. entry.BodyBytes], PlainCertifier.KeyOf(s.B), [1])));
        Assert.Equal(Refusal.None, s.Fold(entry));
    }

    [Fact]
    public void NotFounded()
    {
        var s = new ContractScript();
        var body = s.First.Body with { Sequence = 9 };
        Assert.Equal(Refusal.NotFounded, s.Fold(ContractScript.Signed(body)));
        Assert.Equal(Refusal.None, s.Fold(s.First));
    }

    [Fact]
    public void AlreadyFounded()
    {
        var s = ContractScript.Begun();
        Assert.Equal(Refusal.AlreadyFounded, s.Append(ContractScript.Admin, s.Founding));
    }

    [Fact]
    public void Deleted()
    {
        var s = ContractScript.Begun();
        s.Accept(ContractScript.Admin, new Tombstone("over"));
        Assert.Equal(Refusal.Deleted, s.Append(s.A, s.ReadyOf(s.A)));
    }

    [Fact]
    public void WrongFoldVersion()
    {
        var s = ContractScript.Begun();
        Assert.Equal(Refusal.WrongFoldVersion, s.Append(s.A, s.ReadyOf(s.A), b => b with { FoldVersion = 2 }));
    }

    [Fact]
    public void WrongEpoch()
    {
        var s = ContractScript.Begun();
        var late = s.Next(s.A, s.ReadyOf(s.A));
        s.Accept(ContractScript.Admin, new Restart(1));
        Assert.Equal(Refusal.WrongEpoch, s.Fold(late));
    }

    [Fact]
    public void NotMember()
    {
        var s = ContractScript.Begun();
        Assert.Equal(Refusal.NotMember, s.Append(Stranger, s.ReadyOf(Stranger)));
        Assert.Equal(Refusal.NotMember, s.Append(ContractScript.Admin, s.ReadyOf(ContractScript.Admin)));
        s.Accept(ContractScript.Admin, new Revoke(s.C));
        Assert.Equal(Refusal.NotMember, s.Append(s.C, s.ReadyOf(s.C)));
    }

    [Fact]
    public void OldIncarnation()
    {
        var s = ContractScript.Begun();
        var late = s.Next(s.A, s.ReadyOf(s.A));
        s.Accept(s.A, new Rejoin());
        Assert.Equal(Refusal.OldIncarnation, s.Fold(late));
        Assert.Equal(Refusal.OldIncarnation, s.Append(s.B, new Rejoin(), b => b with { Incarnation = 3 }));
    }

    [Fact]
    public void SequenceUsedAlsoByARefusedEntry()
    {
        var s = ContractScript.Begun();
        Assert.Equal(Refusal.NoLeader, s.Append(s.A, s.Suspect()));
        Assert.Equal(Refusal.SequenceUsed, s.Append(s.A, s.ReadyOf(s.A), b => b with { Sequence = 1 }));
        Assert.Equal(Refusal.None, s.Append(s.A, s.ReadyOf(s.A), b => b with { Sequence = 7 }));
    }

    [Fact]
    public void ForeignChain()
    {
        var s = ContractScript.Begun();
        Assert.Equal(Refusal.ForeignChain, s.Append(s.A, s.ReadyOf(s.A), b => b with { SeenHash = Digest.Of("other"u8) }));
        Assert.Equal(Refusal.ForeignChain, s.Append(s.A, s.ReadyOf(s.A), b => b with { SeenHeight = 99 }));
        Assert.Equal(Refusal.ForeignChain, s.Append(s.A, s.ReadyOf(s.A), b => b with { SeenHeight = -1 }));
    }

    [Fact]
    public void MalformedUsesItsSequence()
    {
        var s = ContractScript.Begun();
        Assert.Equal(Refusal.Malformed, s.Append(s.A, new Leave(), b => b with { Payload = [99] }));
        Assert.Equal(1, s.State.Authors[s.A].Sequence);
    }

    [Fact]
    public void NotPermitted()
    {
        var s = ContractScript.Begun();
        Assert.Equal(Refusal.NotPermitted, s.Append(s.A, new ChangeSettings(ContractScript.Settings())));
        Assert.Equal(Refusal.NotPermitted, s.Append(s.A, new Revoke(s.B)));
        Assert.Equal(Refusal.NotPermitted, s.Append(s.A, new Restart(1)));
        Assert.Equal(Refusal.NotPermitted, s.Append(s.A, new Tombstone("mine")));
        Assert.Equal(Refusal.NotPermitted, s.Append(s.A, new Enrol(ContractScript.Enrolment(Stranger))));
        s.Accept(ContractScript.Admin, new Revoke(s.C));
        Assert.Equal(Refusal.NotPermitted, s.Append(s.C, new Enrol(ContractScript.Enrolment(s.C))));
    }

    [Fact]
    public void Ended()
    {
        var s = ContractScript.Begun(members: 2);
        s.Accept(s.B, new Leave());
        s.Proposed().Accept(s.B, s.Full());
        Assert.True(s.State.Ended);
        Assert.Equal(Refusal.Ended, s.Append(s.A, s.ReadyOf(s.A)));
    }

    [Fact]
    public void RoundClosedAndRoundAhead()
    {
        var s = ContractScript.Begun().Proposed();
        var late = s.Full();
        s.Accept(s.B, late);
        Assert.Equal(Refusal.RoundClosed, s.Append(s.C, late));
        Assert.Equal(Refusal.RoundAhead, s.Append(s.A, s.ReadyOf(s.A) with { Round = 3 }));
    }

    [Fact]
    public void WrongOpening()
    {
        var s = ContractScript.Begun();
        Assert.Equal(Refusal.WrongOpening, s.Append(s.A, s.ReadyOf(s.A) with { Opening = 2 }));
        s.Readied(s.A, s.B);
        var late = s.Claim();
        s.Accept(s.A, s.Reopen());
        s.Accept(s.B, s.Reopen());
        Assert.Equal(Refusal.WrongOpening, s.Append(s.A, late));
    }

    [Fact]
    public void StaleTermAndTermAhead()
    {
        var s = ContractScript.Begun().Led();
        var stale = s.Merged();
        s.Accept(s.B, s.Suspect());
        s.Accept(s.C, s.Suspect());
        Assert.Equal(Refusal.StaleTerm, s.Append(s.A, stale));
        Assert.Equal(Refusal.TermAhead, s.Append(s.B, s.Claim() with { Term = 3 }));
    }

    [Fact]
    public void WrongBase()
    {
        var s = ContractScript.Begun();
        Assert.Equal(Refusal.WrongBase, s.Append(s.A, s.ReadyOf(s.A) with { Base = ContractScript.Blob("own") }));
    }

    [Fact]
    public void AlreadyReadyAndTheFirstUpdateStands()
    {
        var s = ContractScript.Begun().Readied(Members0());
        Assert.Equal(Refusal.AlreadyReady, s.Append(s.A, s.ReadyOf(s.A) with { Update = ContractScript.Blob("second") }));
        Assert.Equal(ContractScript.Blob("update a 1"), s.Round.Ready[s.A].Update);
    }

    [Fact]
    public void StateMismatchIsDissent()
    {
        var s = ContractScript.Begun();
        Assert.Equal(Refusal.StateMismatch, s.Append(s.A, s.ReadyOf(s.A) with { StateHash = Digest.Of("else"u8) }));
        Assert.Equal([s.A], s.Round.Dissent);
    }

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
            var s = ContractScript.Begun(members: 4, audit: audit).Readied(ContractScript.Member(0), ContractScript.Member(1), ContractScript.Member(2));
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

    [Fact]
    public void BadSettings()
    {
        var s = ContractScript.Begun();
        Assert.Equal(Refusal.BadSettings, s.Append(ContractScript.Admin, new ChangeSettings(ContractScript.Settings(minPeers: 1))));
        Assert.Equal(Refusal.BadSettings, s.Append(ContractScript.Admin, new ChangeSettings(ContractScript.Settings() with { Protocol = "gossip" })));
        var few = new ContractScript(members: 2, minPeers: 3);
        Assert.Equal(Refusal.BadSettings, few.Fold(few.First));
    }

    [Fact]
    public void UntrustedCertificate()
    {
        var s = ContractScript.Begun();
        var borrowed = ContractScript.Enrolment(Stranger) with { Chain = PlainCertifier.ChainOf(s.A) };
        Assert.Equal(Refusal.UntrustedCertificate, s.Append(Stranger, new Enrol(borrowed)));
        Assert.Equal(Refusal.UntrustedCertificate, s.Append(ContractScript.Admin, new Enrol(borrowed)));
        var forged = new ContractScript(change: f => f with { Anchors = [[1]] });
        Assert.Equal(Refusal.UntrustedCertificate, forged.Fold(forged.First));
    }

    [Fact]
    public void AlreadyMember()
    {
        var s = ContractScript.Begun();
        Assert.Equal(Refusal.AlreadyMember, s.Append(s.A, new Enrol(ContractScript.Enrolment(s.A))));
        Assert.Equal(Refusal.None, s.Append(Stranger, new Enrol(ContractScript.Enrolment(Stranger))));
        Assert.Equal(Refusal.AlreadyMember, s.Append(ContractScript.Admin, new Enrol(ContractScript.Enrolment(Stranger))));
    }

    [Fact]
    public void UnknownRound()
    {
        var s = ContractScript.Begun();
        Assert.Equal(Refusal.UnknownRound, s.Append(ContractScript.Admin, new Restart(2)));
    }

    [Fact]
    public void EveryRefusalHasATestOfItsName()
    {
        var tests = typeof(RefusalTests).GetMethods().Select(m => m.Name).ToArray();
        foreach (var refusal in Enum.GetNames<Refusal>().Where(n => n != nameof(Refusal.None)))
            Assert.Contains(tests, name => name.Contains(refusal, StringComparison.Ordinal));
    }

    private static NodeId[] Members0() => [ContractScript.Member(0)];
}
