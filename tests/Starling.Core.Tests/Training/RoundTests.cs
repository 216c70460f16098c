using Starling.Core.Contracts;
using Starling.Core.Training;

namespace Starling.Core.Tests.Training;

/// <summary>What accepted entries bring about: commits, disputes, terms, openings, membership.</summary>
public sealed class RoundTests
{
    [Theory]
    [InlineData(2, 2)]
    [InlineData(3, 2)]
    [InlineData(4, 3)]
    [InlineData(5, 3)]
    public void FullAuditCommitsAtAMajorityOfTheFrozenSet(int members, int votes)
    {
        var s = ContractScript.Begun(members).Proposed();
        for (var vote = 2; vote <= votes; vote++)
        {
            Assert.Equal(1, s.Round.Round);
            s.Accept(s.Members[vote - 1], s.Full());
        }

        Assert.Equal(2, s.Round.Round);
        Assert.Equal(ContractScript.Blob("right"), s.Round.Base);
        Assert.Equal(votes, s.State.LastCommit!.Holders.Length);
        Assert.Empty(s.State.LastCommit.Named);
        Assert.Empty(s.Round.Ready);
        Assert.Equal((1, 1), (s.Round.Opening, s.Round.Term));
    }

    [Fact]
    public void WithoutAuditTwoHoldersCommit()
    {
        var s = ContractScript.Begun(5, audit: AuditMode.Off).Proposed();
        s.Accept(s.C, s.Receipt());
        Assert.Equal([s.A, s.C], s.State.LastCommit!.Holders);
    }

    [Fact]
    public void TheMajoritysMergeCommitsAgainstTheLeaderAndNamesIt()
    {
        var s = ContractScript.Begun().Proposed("wrong");
        s.Accept(s.B, s.Full());
        Assert.Equal(1, s.Round.Round);
        s.Accept(s.C, s.Full());
        Assert.Equal(ContractScript.Blob("right"), s.State.LastCommit!.Merge.Merge);
        Assert.Equal([s.A], s.State.LastCommit.Named);
    }

    [Fact]
    public void SampledVotesDoNotCountInADisputeAndAreNeverNamed()
    {
        var s = ContractScript.Begun(5, audit: AuditMode.Sampled).Proposed("wrong");
        s.Accept(s.B, s.Sampled());
        s.Accept(s.C, s.Full());
        s.Accept(s.Members[3], s.Full());
        Assert.Equal(1, s.Round.Round);
        s.Accept(s.B, s.Full());
        Assert.Equal([s.A], s.State.LastCommit!.Named);
        Assert.Equal([s.B, s.C, s.Members[3]], s.State.LastCommit.Holders);
    }

    [Fact]
    public void AMajorityIsOfTheFrozenSetNotOfThoseWhoVoted()
    {
        var s = ContractScript.Begun(5).Proposed("wrong");
        s.Accept(s.B, s.Full());
        s.Accept(s.C, s.Full());
        Assert.Equal(1, s.Round.Round);
        s.Accept(s.Members[3], s.Full());
        Assert.Equal(2, s.Round.Round);
    }

    [Fact]
    public void ALateReadyMovesNoQuorum()
    {
        var s = ContractScript.Begun(5).Readied(ContractScript.Member(0), ContractScript.Member(1), ContractScript.Member(2));
        s.Accept(s.A, s.Claim());
        s.Readied(s.Members[3], s.Members[4]);
        s.Accept(s.A, s.Merged());
        s.Accept(s.B, s.Full());
        Assert.Equal(2, s.Round.Round);
    }

    [Fact]
    public void OneSuspicionOfThreeDeposesNobody()
    {
        var s = ContractScript.Begun().Proposed();
        s.Accept(s.B, s.Suspect());
        Assert.Equal(s.A, s.Round.Leader);
        s.Accept(s.C, s.Suspect());
        Assert.True(s.Round.Leader.IsNone);
        Assert.Equal(s.A, s.Round.Barred);
        Assert.Equal(2, s.Round.Term);
        Assert.Equal(3, s.Round.Ready.Count);
        Assert.Empty(s.Round.Votes);
    }

    [Fact]
    public void ReopeningClearsTheRoundButNotItsTermsNorItsDispute()
    {
        var s = ContractScript.Begun().Readied(ContractScript.Member(0), ContractScript.Member(1));
        s.Accept(s.A, s.Claim());
        s.Accept(s.A, s.Merged("one"));
        s.Accept(s.B, s.Full("other"));
        s.Accept(s.A, s.Reopen());
        s.Accept(s.B, s.Reopen());
        Assert.Equal((1, 2, 3), (s.Round.Round, s.Round.Opening, s.Round.Term));
        Assert.Empty(s.Round.Ready);
        Assert.Equal([s.A, s.B], s.Round.DisputedPair);
    }

    [Fact]
    public void ALeaderThatRejoinsLeadsNoLonger()
    {
        var s = ContractScript.Begun().Proposed();
        s.Accept(s.A, new Rejoin());
        Assert.Equal((2L, true, s.A), (s.Round.Term, s.Round.Leader.IsNone, s.Round.Barred));
        Assert.Null(s.Round.Proposal);
    }

    [Fact]
    public void ADisputeStaysWhenTheVoteThatMadeItIsWithdrawn()
    {
        var s = ContractScript.Begun(4, audit: AuditMode.Sampled).Proposed();
        s.Accept(s.B, s.Full("other"));
        s.Accept(s.B, new Rejoin());
        Assert.Equal(Refusal.NeedsFullAudit, s.Append(s.C, s.Sampled()));
        s.Accept(s.A, s.Resign());
        Assert.False(s.Round.IsDisputed);
    }

    [Fact]
    public void RejoiningWithdrawsTheVoteButNotTheReadiness()
    {
        var s = ContractScript.Begun(5).Proposed();
        s.Accept(s.B, s.Full());
        s.Accept(s.B, new Rejoin());
        Assert.False(s.Round.Votes.ContainsKey(s.B));
        Assert.True(s.Round.Ready.ContainsKey(s.B));
        Assert.Equal(2, s.State.Authors[s.B].Incarnation);
        s.Accept(s.C, s.Full());
        Assert.Equal(1, s.Round.Round);
        s.Accept(s.B, s.Full());
        Assert.Equal(2, s.Round.Round);
    }

    [Fact]
    public void MembershipAndSettingsWaitForTheNextRound()
    {
        var s = ContractScript.Begun();
        var late = ContractScript.Member(7);
        s.Accept(late, new Enrol(ContractScript.Enrolment(late)));
        s.Accept(ContractScript.Admin, new ChangeSettings(ContractScript.Settings(minPeers: 3)));
        s.Accept(s.C, new Leave());
        Assert.Equal(3, s.Round.View.Count);
        Assert.Equal(Refusal.NotMember, s.Append(late, s.ReadyOf(late)));
        s.Proposed().Accept(s.B, s.Full());
        Assert.Equal([s.A, s.B, late], s.Round.View);
        Assert.Equal(3, s.Round.Settings.MinPeers);
    }

    /// <summary>
    /// Red if a merge goes on that an expelled member's update is in, which nobody can check any more, or if its leader is barred for that.
    /// </summary>
    [Fact]
    public void AnExpelledMemberThatWasToBeMergedEndsTheTermAndNobodyIsBarred()
    {
        var s = ContractScript.Begun(5).Proposed();
        var (term, leader) = (s.Round.Term, s.Round.Leader);
        s.Accept(ContractScript.Admin, new Revoke(s.C));
        Assert.DoesNotContain(s.C, s.Round.Ready.Keys);
        Assert.Equal((term + 1, default, default, null), (s.Round.Term, s.Round.Leader, s.Round.Barred, s.Round.Proposal));
        Assert.Empty(s.Round.Frozen);
        Assert.Equal(Refusal.NotMember, s.Append(s.C, s.Full()));
        s.Accept(leader, s.Claim());
        Assert.Equal(s.Members.Remove(s.C), [.. s.Round.Frozen]);
    }

    /// <summary>Red if a term ends though the expelled member's update was not to be merged in it.</summary>
    [Fact]
    public void AnExpelledMemberThatCameLateLeavesTheTermAlone()
    {
        var s = ContractScript.Begun(5);
        foreach (var member in s.Members.Remove(s.C))
            s.Readied(member);
        s.Accept(s.A, s.Claim());
        s.Readied(s.C);
        s.Accept(ContractScript.Admin, new Revoke(s.C));
        Assert.Equal((1, s.A), (s.Round.Term, s.Round.Leader));
        Assert.DoesNotContain(s.C, s.Round.Ready.Keys);
    }

    [Fact]
    public void ARestartOpensANewEpochAtTheRecordedBase()
    {
        var s = ContractScript.Begun().Proposed();
        s.Accept(s.B, s.Full());
        s.Proposed("second").Accept(s.B, s.Full("second"));
        Assert.Equal(3, s.Round.Round);
        s.Accept(ContractScript.Admin, new Restart(2));
        Assert.Equal((2, 1), (s.Round.Round, s.State.Epoch));
        Assert.Equal(ContractScript.Blob("right"), s.Round.Base);
        s.Readied(s.A);
    }

    [Fact]
    public void AContractThatEndedForWantOfMembersGoesOnWithNewOnes()
    {
        var s = ContractScript.Begun(members: 2);
        s.Accept(s.B, new Leave());
        s.Proposed().Accept(s.B, s.Full());
        Assert.True(s.State.Ended);
        s.Accept(s.B, new Enrol(ContractScript.Enrolment(s.B)));
        Assert.False(s.State.Ended);
        s.Readied(s.A, s.B);
    }

    /// <summary>Red if those who are left wait for ever for one that has left without an update.</summary>
    [Fact]
    public void ARoundThatHasTooFewMembersLeftEndsOnceTheyAskForIt()
    {
        var s = ContractScript.Begun(minPeers: 3).Proposed();
        s.Accept(s.B, s.Full());
        s.Readied(s.A);
        s.Accept(s.C, new Leave());
        s.Accept(s.A, s.Reopen());
        Assert.Equal((1, false), (s.Round.Opening, s.State.Ended));
        s.Readied(s.B).Accept(s.B, s.Reopen());
        Assert.Equal((2, 2, 2, true), (s.Round.Round, s.Round.Opening, s.Round.Term, s.State.Ended));
        Assert.Equal(ContractScript.Blob("right"), s.Round.Base);
        s.Accept(s.C, new Enrol(ContractScript.Enrolment(s.C)));
        Assert.Equal((2, 3, 3, false), (s.Round.Round, s.Round.Opening, s.Round.Term, s.State.Ended));
        Assert.Equal(s.Members, [.. s.Round.View]);
        Assert.Empty(s.Round.Ready);
        s.Proposed("second").Accept(s.B, s.Full("second"));
        Assert.Equal(3, s.Round.Round);
    }

    /// <summary>Red if those who asked before somebody went wait for ever: they do not ask twice.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void WhoHasAskedAlreadyNeedNotAskAgainWhenSomebodyGoes(bool expelled)
    {
        var s = ContractScript.Begun(members: 4, minPeers: 3);
        var dead = s.Members[3];
        s.Accept(s.C, new Leave());
        s.Readied(s.A, s.B);
        if (expelled)
            s.Readied(dead);
        s.Accept(s.A, s.Reopen());
        s.Accept(s.B, s.Reopen());
        Assert.Equal(1, s.Round.Opening);
        s.Accept(expelled ? ContractScript.Admin : dead, expelled ? new Revoke(dead) : new Leave());
        Assert.Equal((1, 2, 2, true), (s.Round.Round, s.Round.Opening, s.Round.Term, s.State.Ended));
        Assert.Equal(new Reopened(1, 2), Assert.Single(s.Last.Happenings));
    }

    /// <summary>Red if a round that nobody is left in stays open for ever: nobody can ask for its end.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void ARoundThatNobodyIsLeftInEndsByItself(bool expelled)
    {
        var s = ContractScript.Begun(members: 2).Proposed();
        s.Accept(s.B, s.Full());
        s.Accept(s.A, new Leave());
        Assert.False(s.State.Ended);
        s.Accept(expelled ? ContractScript.Admin : s.B, expelled ? new Revoke(s.B) : new Leave());
        Assert.Equal((2, true), (s.Round.Round, s.State.Ended));
        Assert.Equal(ContractScript.Blob("right"), s.Round.Base);
        s.Accept(s.A, new Enrol(ContractScript.Enrolment(s.A)));
        Assert.True(s.State.Ended);
    }

    /// <summary>Red if fewer than a round needs reopen it with the word of one that was expelled.</summary>
    [Fact]
    public void TheWordOfWhoWasExpelledReopensNothing()
    {
        var s = ContractScript.Begun(members: 4);
        s.Readied(s.A, s.B, s.C);
        s.Accept(s.C, s.Reopen());
        s.Accept(ContractScript.Admin, new Revoke(s.C));
        s.Accept(s.A, s.Reopen());
        Assert.Equal(1, s.Round.Opening);
        s.Accept(s.B, s.Reopen());
        Assert.Equal(2, s.Round.Opening);
    }

    [Fact]
    public void WhoHasLeftAndIsReadyAllTheSameCounts()
    {
        var s = ContractScript.Begun(minPeers: 3);
        s.Accept(s.C, new Leave());
        s.Readied(s.A, s.B, s.C).Accept(s.A, s.Reopen());
        s.Accept(s.B, s.Reopen());
        Assert.Equal(1, s.Round.Opening);
        s.Accept(s.A, s.Claim());
        Assert.Equal(3, s.Round.Frozen.Count);
    }

    [Fact]
    public void NewMembersTakeThePlaceOfThoseWhoLeft()
    {
        var s = ContractScript.Begun(minPeers: 3);
        var late = ContractScript.Member(7);
        s.Accept(s.C, new Leave());
        s.Accept(late, new Enrol(ContractScript.Enrolment(late)));
        s.Readied(s.A, s.B).Accept(s.A, s.Reopen());
        s.Accept(s.B, s.Reopen());
        Assert.Equal([s.A, s.B, late], s.Round.View);
        Assert.Equal((1, 2, false), (s.Round.Round, s.Round.Opening, s.State.Ended));
    }

    /// <summary>Red if nobody can claim any more once the last member that may lead has gone.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void AllMayLeadWhenNobodyIsLeftWhoMay(bool expelled)
    {
        var s = new ContractScript(4, change: f => f with
        {
            Members = [.. f.Members.Select(m => m with { LeaderEligible = m.Node == ContractScript.Member(0) })],
        });
        s.Fold(s.First);
        s.Readied(s.B, s.C);
        Assert.Equal(Refusal.NotEligible, s.Append(s.B, s.Claim()));
        if (expelled)
            s.Accept(ContractScript.Admin, new Revoke(s.A));
        else
            s.Accept(s.A, new Leave());
        s.Accept(s.B, s.Claim());
    }

    [Fact]
    public void ALateFullAuditThatDiffersIsToldButChangesNothing()
    {
        var s = ContractScript.Begun().Proposed("wrong");
        var honest = s.Full();
        s.Accept(s.B, s.Full("wrong"));
        var before = s.Round;
        Assert.Equal(Refusal.RoundClosed, s.Append(s.C, honest));
        Assert.Equal(before, s.Round);
        var late = Assert.IsType<DisputedLate>(Assert.Single(s.Last.Happenings));
        Assert.Equal(s.C, late.Member);
    }

    [Fact]
    public void TheStateHashTellsHistoriesApart()
    {
        var one = ContractScript.Begun().Readied(ContractScript.Member(0), ContractScript.Member(1));
        var other = ContractScript.Begun().Readied(ContractScript.Member(1), ContractScript.Member(0));
        var same = ContractScript.Begun().Readied(ContractScript.Member(0), ContractScript.Member(1));
        Assert.Equal(TrainingStateCodec.Hash(one.State), TrainingStateCodec.Hash(same.State));
        Assert.NotEqual(TrainingStateCodec.Hash(one.State), TrainingStateCodec.Hash(other.State));
    }

    [Fact]
    public void OnlyTheLatestCommitsAreKeptWhole()
    {
        var s = ContractScript.Begun();
        for (var round = 1; round <= TrainingState.RecentCommits + 3; round++)
            s.Proposed().Accept(s.B, s.Full());
        Assert.Equal(TrainingState.RecentCommits, s.State.Commits.Length);
        Assert.Equal(4, s.State.Commits[0].Round);
    }

    [Fact]
    public void AVoteOfAnEarlierTermThatComesAfterTheCommitIsNoDispute()
    {
        var s = ContractScript.Begun().Proposed("early");
        var late = s.Full("early");
        var lateDissent = s.Full("other");
        s.Accept(s.A, s.Resign());
        s.Accept(s.B, s.Claim());
        s.Accept(s.B, s.Merged());
        s.Accept(s.A, s.Full());
        Assert.Equal(2, s.Round.Round);
        Assert.Equal(Refusal.RoundClosed, s.Append(s.C, late));
        Assert.Empty(s.Last.Happenings);
        Assert.Equal(Refusal.RoundClosed, s.Append(s.C, lateDissent with { Term = 2 }));
        Assert.IsType<DisputedLate>(Assert.Single(s.Last.Happenings));
    }
}
