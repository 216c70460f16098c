using Starling.Core.Identity;
using Starling.Core.Kernel;
using Starling.Core.Tests.Training;

namespace Starling.Core.Tests.Kernel;

/// <summary>What counts as progress of a leader that takes a member's update, and what does not: <c>round-protocol</c>, section 4.</summary>
public sealed class LeaderProgressTests
{
    private readonly KernelCluster cluster = new(ContractScript.Begun(3));
    private readonly BlobId update;

    public LeaderProgressTests()
    {
        cluster.Start([.. cluster.Contract.Members]);
        // The leader gets nothing and so never proposes.
        cluster.HoldBack = (_, effect) => effect is FetchManifest or FetchChunk;
        cluster.Train([.. cluster.Contract.Members]);
        cluster.Pass(TimeSpan.FromSeconds(2));
        update = cluster.Fold(Waiting).Round!.Ready[Waiting].Update;
    }

    private NodeId Leader => cluster.Fold(cluster.Contract.A).Round!.Leader;

    private NodeId Waiting => cluster.Contract.Members.First(member => member != Leader);

    private TimeSpan Timeout => cluster.Fold(Waiting).Round!.Settings.LeaderTimeout;

    private long Bytes => cluster[Waiting].Contracts.Values.Single().Update!.Bytes;

    [Fact]
    public void TheEndOfAnUpdateIsProgress()
    {
        cluster.Pass(Timeout * 0.3);
        Serve(Bytes);
        Assert.Equal(cluster.Now, Progress);
    }

    [Fact]
    public void FewBytesAreNone()
    {
        var before = Progress;
        cluster.Pass(Timeout * 0.3);
        Serve(1);
        Assert.Equal(before, Progress);
    }

    [Fact]
    public void AnUpdateThatIsTakenAgainAndAgainIsNone()
    {
        Serve(Bytes);
        Serve(Bytes);
        var before = Progress;
        cluster.Pass(Timeout * 0.3);
        // More than the floor in all, were it counted.
        for (var i = 0; i < 200; i++)
            Serve(Bytes);
        Assert.Equal(before, Progress);
    }

    private Instant Progress => cluster[Waiting].Contracts.Values.Single().Clocks.ProgressAt;

    private void Serve(long bytes) => cluster.Give(Waiting, new BlobServed(Leader, update, (int)bytes));
}
