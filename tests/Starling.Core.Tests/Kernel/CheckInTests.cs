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
    private readonly KernelCluster cluster = new(ContractScript.Begun(4));

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
        Finish(checkIn);
        Round();
        var fold = cluster.Fold(Done);
        var admin = fold.Authors[ContractScript.Admin];
        cluster.Append(ContractScript.Signed(
            new EntryBody(fold.Contract, fold.Epoch, ContractScript.Admin, admin.Incarnation, admin.Sequence + 1, TrainingState.FoldVersion,
            fold.Height, fold.ChainHash, TrainingEntryCodec.Encode(new Restart(1)))));
        cluster.Pass(Moment);
        Assert.Equal(1, cluster.Fold(Done).Round!.Round);
        Round();
        Assert.Equal(1, cluster.Fold(Done).LastCommit!.Round);
        Assert.Contains(Done, cluster.Fold(Done).LastCommit!.Merge.Contributors);
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

    private Ready? ReadyIn(long round) => cluster.Ledger.Where(e => e.Entry.Body.Author == Done)
        .Select(e => TrainingEntryCodec.Decode(e.Entry.Body.Payload)).OfType<Ready>().SingleOrDefault(r => r.Round == round);
}
