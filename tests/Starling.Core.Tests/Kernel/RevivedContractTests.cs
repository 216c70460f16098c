using Starling.Core.Identity;
using Starling.Core.Kernel;
using Starling.Core.Ledger;
using Starling.Core.Tests.Training;
using Starling.Core.Training;

namespace Starling.Core.Tests.Kernel;

/// <summary>What members do when training goes on that had ended for want of them.</summary>
public sealed class RevivedContractTests
{
    private static readonly TimeSpan Moment = TimeSpan.FromSeconds(2);
    private readonly KernelCluster cluster = new(ContractScript.Begun(3));

    public RevivedContractTests() => cluster.Start([.. cluster.Contract.Members]);

    private NodeId Lasting => cluster.Contract.A;

    private NodeId[] Others => [cluster.Contract.B, cluster.Contract.C];

    /// <summary>Red if it waits for its own update, which it let go when training ended.</summary>
    [Theory]
    [InlineData(null, false)]
    [InlineData(null, true)]
    [InlineData(CheckIn.Inactive, false)]
    [InlineData(CheckIn.Snapshot, false)]
    [InlineData(CheckIn.Active, true)]
    public void AMemberTrainsAgainForTheRoundThatTrainingEndedIn(CheckIn? checkIn, bool isKilled)
    {
        cluster.Train([Lasting], Lasting, checkIn);
        cluster.Pass(Moment);
        foreach (var other in Others)
            Decide(new Revoke(other));
        cluster.Pass(Moment);
        Assert.True(cluster.Fold(Lasting) is { Ended: true, Round.Round: 1 });
        foreach (var other in Others)
            Decide(new Enrol(ContractScript.Enrolment(other)));
        Assert.False(cluster.Fold(Lasting).Ended);
        if (isKilled)
        {
            cluster.Kill(Lasting);
            cluster.Start(Lasting);
        }

        Assert.False(cluster.Assigned(Lasting)!.Last);
        cluster.Train([Lasting, Others[0]], Lasting, checkIn);
        cluster.Pass(Moment);
        Assert.Contains(Lasting, cluster.Fold(Lasting).LastCommit!.Merge.Contributors);
    }

    /// <summary>Red as the one before: who is done contributes its last update, which it let go at the end.</summary>
    [Fact]
    public void ASnapshotThatWasLetGoAtTheEndIsTrainedAgain()
    {
        var settings = cluster.Fold(Lasting).Settings!;
        Decide(new ChangeSettings(settings with { Rounds = 1 }));
        cluster.Train([.. cluster.Contract.Members], Lasting, CheckIn.Snapshot);
        cluster.Pass(Moment);
        Assert.True(cluster.Fold(Lasting).Ended);
        Decide(new ChangeSettings(settings with { Rounds = 3 }));
        Assert.False(cluster.Assigned(Lasting)!.Last);
        cluster.Train([.. cluster.Contract.Members], Lasting, CheckIn.Snapshot);
        cluster.Pass(Moment);
        Assert.Equal(2, cluster.Fold(Lasting).LastCommit!.Round);
        Assert.Contains(Lasting, cluster.Fold(Lasting).LastCommit!.Merge.Contributors);
    }

    private void Decide(TrainingEntry entry)
    {
        var fold = cluster.Fold(Lasting);
        var admin = fold.Authors[ContractScript.Admin];
        cluster.Append(ContractScript.Signed(
            new EntryBody(fold.Contract, fold.Epoch, ContractScript.Admin, admin.Incarnation, admin.Sequence + 1, TrainingState.FoldVersion,
            fold.Height, fold.ChainHash, TrainingEntryCodec.Encode(entry))));
        cluster.Pass(Moment);
    }
}
