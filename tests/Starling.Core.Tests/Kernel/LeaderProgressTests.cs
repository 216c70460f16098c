using Starling.Core.Identity;
using Starling.Core.Kernel;
using Starling.Core.Tests.Training;
using Starling.Core.Training;

namespace Starling.Core.Tests.Kernel;

/// <summary>
/// What counts as progress of a leader that takes a member's update, and what does not: <c>round-protocol</c>, section 4.
/// </summary>
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

    /// <summary>Red if a leader is suspected because nobody could write or read the ledger.</summary>
    [Theory]
    [InlineData(1.05)]
    [InlineData(1.4)]
    [InlineData(3.0)]
    public void ALedgerThatIsSilentForLongIsNoLeadersFault(double timeouts)
    {
        var (leader, term) = (Leader, cluster.Fold(Leader).Round!.Term);
        cluster.IsLedgerSilent = true;
        cluster.Pass(Timeout * timeouts);
        cluster.IsLedgerSilent = false;
        // It shows nothing for so long after that: an append is tried again after a while, too.
        cluster.Pass(Timeout * 0.4);
        Assert.Empty(cluster.Fold(Waiting).Round!.Suspects);
        Assert.Equal((leader, term), (Leader, cluster.Fold(Waiting).Round!.Term));
        cluster.Pass(Timeout * 1.1);
        Assert.NotEqual(term, cluster.Fold(Waiting).Round!.Term);
    }

    /// <summary>Red if a leader's time is up though the ledger already holds what it wrote.</summary>
    [Fact]
    public void TheLedgerIsReadBeforeALeaderIsSuspected()
    {
        cluster.HoldBack = (node, effect) => effect is FetchManifest or FetchChunk || (node == Waiting && effect is ReadLedger);
        cluster.Pass(Timeout * 1.1);
        Assert.DoesNotContain(cluster.Ledger,
            entry => entry.Entry.Body.Author == Waiting && TrainingEntryCodec.Decode(entry.Entry.Body.Payload) is Suspect);
        Assert.Contains(cluster.Ledger,
            entry => entry.Entry.Body.Author != Waiting && TrainingEntryCodec.Decode(entry.Entry.Body.Payload) is Suspect);
    }

    private Instant Progress => cluster[Waiting].Contracts.Values.Single().Clocks.ProgressAt;

    private void Serve(long bytes) => cluster.Give(Waiting, new BlobServed(Leader, update, (int)bytes));
}
