using Starling.Core.Contracts;
using Starling.Core.Identity;
using Starling.Core.Kernel;
using Starling.Core.Ledger;
using Starling.Core.Tests.Training;
using Starling.Core.Training;

namespace Starling.Core.Tests.Kernel;

/// <summary>What a member does whose program has trained enough while others train on.</summary>
public sealed class CheckInTests
{
    private static readonly TimeSpan Moment = TimeSpan.FromSeconds(2);
    // Who is done may not lead: its votes are audits, whoever the lot would have chosen.
    private readonly KernelCluster cluster = new(ContractScript.Begun(4, notEligible: ContractScript.Member(0)));

    public CheckInTests() => cluster.Start([.. cluster.Contract.Members]);

    private NodeId Done => cluster.Contract.A;

    private NodeId[] Others => [.. cluster.Contract.Members.Where(m => m != Done)];

    [Fact]
    public void ASnapshotIsContributedAgainInEachRound()
    {
        var last = Finish(CheckIn.Snapshot);
        for (var round = 2; round <= 4; round++)
        {
            Round();
            Assert.Equal((round, last), (cluster.Fold(Done).LastCommit!.Round, ReadyIn(round)!.Update));
            Assert.True(ReadyIn(round)!.IsFinal);
        }

        Assert.Null(cluster.Assigned(Done));
        Restart(1);
        Round();
        Assert.Equal(last, ReadyIn(1)!.Update);
        Assert.Contains(Done, cluster.Fold(Done).LastCommit!.Merge.Contributors);
    }

    [Fact]
    public void AnActiveMemberContributesTheLastMerge()
    {
        Finish(CheckIn.Active);
        for (var round = 2; round <= 4; round++)
        {
            var merge = cluster.Fold(Done).Round!.Base;
            Round();
            Assert.Equal(merge, ReadyIn(round)!.Update);
        }
    }

    /// <summary>
    /// Red if it waits for the base of the first round, which there is none of: in a contract that needs every member it
    /// would be waited for for ever.
    /// </summary>
    [Theory]
    [InlineData(CheckIn.Active)]
    [InlineData(CheckIn.Snapshot)]
    public void AMemberThatIsDoneContributesAlsoWhenAnAdminRestartsTheFirstRound(CheckIn checkIn)
    {
        cluster.Train([.. cluster.Contract.Members]);
        cluster.Pass(Moment);
        cluster.Train([Done], Done, checkIn);
        cluster.Pass(Moment);
        var last = ReadyIn(2)!.Update;
        Restart(1);
        Assert.Equal(1, cluster.Fold(Done).Round!.Round);
        Round();
        Assert.Equal((1, last), (cluster.Fold(Done).LastCommit!.Round, ReadyIn(1)!.Update));
        Assert.Contains(Done, cluster.Fold(Done).LastCommit!.Merge.Contributors);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void AnActiveMemberTrainsAgainWhenTheMergeThatItContributedIsTakenBack(bool hasEnded)
    {
        Finish(CheckIn.Active);
        Round();
        if (hasEnded)
            foreach (var member in Others)
                cluster.Train([member], member, CheckIn.Active);
        cluster.Pass(Moment);
        Assert.Equal(hasEnded, cluster.Fold(Done).Ended);
        var taken = cluster.Fold(Done).Commits.Select(commit => commit.Merge.Merge).ToList();
        Restart(1);
        Assert.Null(ReadyIn(1));
        Assert.Equal(1, cluster.Assigned(Done)!.Round);
        cluster.Train([.. cluster.Contract.Members]);
        cluster.Pass(Moment);
        Assert.DoesNotContain(ReadyIn(1)!.Update, taken);
        Assert.Contains(Done, cluster.Fold(Done).LastCommit!.Merge.Contributors);
    }

    [Fact]
    public void AnActiveMemberWhoseMergeWasTakenBackTrainsAgainAlsoWhenItIsKilled()
    {
        Finish(CheckIn.Active);
        Round();
        cluster.HoldBack = (node, effect) => node == Done && effect is Release;
        Restart(1);
        cluster.Kill(Done);
        Round();
        cluster.HoldBack = (_, _) => false;
        cluster.Start(Done);
        cluster.Pass(Moment);
        Assert.Equal(2, cluster.Assigned(Done)!.Round);
        Assert.Empty(Announced());
    }

    [Fact]
    public void AnInactiveMemberLeavesWhenItsLastUpdateIsMergedAndStillGetsWhatIsMerged()
    {
        Finish(CheckIn.Inactive);
        Assert.Contains(Done, cluster.Fold(Done).LastCommit!.Merge.Contributors);
        Round();
        Assert.DoesNotContain(Done, cluster.Fold(Done).Round!.View);
        Round();
        Assert.Null(ReadyIn(3));
        Assert.Contains(cluster.Fold(Done).Round!.Base, cluster[Done].Durable);
    }

    [Fact]
    public void AnInactiveMemberWhoseLastUpdateWasNotMergedContributesItOnce()
    {
        cluster.HoldBack = (node, effect) => node == Done && effect is AppendEntry;
        cluster.Train([.. cluster.Contract.Members], Done, CheckIn.Inactive);
        cluster.Pass(Moment);
        Assert.DoesNotContain(Done, cluster.Fold(Done).LastCommit!.Merge.Contributors);
        cluster.Kill(Done);
        cluster.HoldBack = (_, _) => false;
        cluster.Start(Done);
        Round();
        Assert.Contains(Done, cluster.Fold(Done).LastCommit!.Merge.Contributors);
        cluster.Pass(Moment);
        Assert.Equal(Standing.Leaving, cluster.Fold(Done).Authors[Done].Standing);
    }

    [Fact]
    public void AnInactiveMemberLeavesAlsoWhenTheNextRoundCommitsWhileItsVoteIsUnderWay()
    {
        AppendEntry? vote = null;
        ReadLedger? read = null;
        cluster.HoldBack = (node, effect) => node == Done
            && ((effect is AppendEntry append && TrainingEntryCodec.Decode(append.Entry.Body.Payload) is AuditedFull
                    && (vote = append) is not null)
                || (cluster.Fold(Done).Commits.Length == 1 && effect is ReadLedger next && (read = next) is not null));
        var last = Finish(CheckIn.Inactive);
        Round();
        Assert.Equal((1, 2), (cluster.Fold(Done).LastCommit!.Round, cluster.Fold(Others[0]).LastCommit!.Round));
        Assert.DoesNotContain(last, cluster[Done].Held);
        cluster.HoldBack = (_, _) => false;
        cluster.Give(Done, new AppendDone(vote!.Id, AppendOutcome.Unavailable));
        cluster.Give(Done, new LedgerReadFailed(read!.Id, "no answer"));
        cluster.Pass(Moment);
        HasLeftAfterOneMerge();
    }

    /// <summary>
    /// It dies when it has read that its last update is merged. After so many rounds the fold does not tell any more whether it was.
    /// </summary>
    [Theory]
    [InlineData(1)]
    [InlineData(TrainingState.RecentCommits + 1)]
    public void AnInactiveMemberThatIsKilledBeforeItLeavesIsNotMergedTwice(int rounds)
    {
        cluster.DiesBefore = (node, effect) => node == Done && cluster.Fold(Done).Commits.Length > 0 && effect is Sign;
        Finish(CheckIn.Inactive);
        cluster.Kill(Done);
        cluster.DiesBefore = (_, _) => false;
        for (var round = 0; round < rounds; round++)
            Round();
        Assert.Equal(rounds + 1, cluster.Fold(Others[0]).LastCommit!.Round);
        cluster.Start(Done);
        cluster.Pass(Moment);
        HasLeftAfterOneMerge();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void AnInactiveMemberThatLetItsMergedUpdateGoRemembersThatItIsDone(bool wasRestarted)
    {
        if (wasRestarted)
            Restart(1);
        cluster.HoldBack = (node, effect) => node == Done && cluster.Fold(Done).Commits.Length > 0 && effect is Sign;
        var last = Finish(CheckIn.Inactive);
        cluster.Kill(Done);
        Assert.DoesNotContain(last, cluster[Done].Held);
        cluster.HoldBack = (_, _) => false;
        cluster.Start(Done);
        cluster.Pass(Moment);
        HasLeftAfterOneMerge();
    }

    [Fact]
    public void AnInactiveMemberWhoseLastUpdateIsLostTrainsAgain()
    {
        cluster.DiesBefore = (node, effect) => node == Done && effect is SaveBlob;
        cluster.Train([Done], Done, CheckIn.Inactive);
        cluster.DiesBefore = (_, _) => false;
        cluster.Kill(Done);
        cluster.Start(Done);
        cluster.Pass(Moment);
        Assert.Equal(1, cluster.Assigned(Done)!.Round);
        Finish(CheckIn.Inactive);
        HasLeftAfterOneMerge();
    }

    [Fact]
    public void AMemberThatIsKilledRemembersThatItIsDone()
    {
        var last = Finish(CheckIn.Snapshot);
        cluster.Kill(Done);
        cluster.Start(Done);
        Round();
        Assert.Equal(last, ReadyIn(2)!.Update);
    }

    [Fact]
    public void TrainingEndsWhenAllAreDone()
    {
        foreach (var member in cluster.Contract.Members)
            cluster.Train([member], member, CheckIn.Snapshot);
        cluster.Pass(Moment);
        Assert.All(cluster.Contract.Members, m => Assert.True(cluster.Fold(m).Ended && cluster.Assigned(m)!.Last));
    }

    private BlobId Finish(CheckIn checkIn)
    {
        cluster.Train([.. cluster.Contract.Members], Done, checkIn);
        cluster.Pass(Moment);
        return ReadyIn(1)!.Update;
    }

    private void Round()
    {
        cluster.Train(Others);
        cluster.Pass(Moment);
    }

    private void Restart(long round)
    {
        var fold = cluster.Fold(Done);
        var admin = fold.Authors[ContractScript.Admin];
        cluster.Append(ContractScript.Signed(
            new EntryBody(fold.Contract, fold.Epoch, ContractScript.Admin, admin.Incarnation, admin.Sequence + 1, TrainingState.FoldVersion,
            fold.Height, fold.ChainHash, TrainingEntryCodec.Encode(new Restart(round)))));
        cluster.Pass(Moment);
    }

    private void HasLeftAfterOneMerge()
    {
        Assert.Equal(Standing.Leaving, cluster.Fold(Done).Authors[Done].Standing);
        Round();
        Round();
        Assert.Equal(Standing.Outside, cluster.Fold(Done).Authors[Done].Standing);
        Assert.Null(cluster.Assigned(Done));
        Assert.Single(Announced());
    }

    private Ready? ReadyIn(long round) => Announced().SingleOrDefault(r => r.Round == round);

    /// <summary>What the member that is done announced since the last restart.</summary>
    private IEnumerable<Ready> Announced() => cluster.Ledger.Select(e => e.Entry.Body)
        .Where(body => body.Author == Done && body.Epoch == cluster.Fold(Done).Epoch)
        .Select(body => TrainingEntryCodec.Decode(body.Payload)).OfType<Ready>();
}
