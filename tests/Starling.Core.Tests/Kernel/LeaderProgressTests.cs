using System.Collections.Immutable;
using Starling.Core.Identity;
using Starling.Core.Kernel;
using Starling.Core.Tests.Training;
using Starling.Core.Training;
using Starling.Core.Training.Participation.Leader;

namespace Starling.Core.Tests.Kernel;

/// <summary>
/// What counts as progress of a leader that takes a member's update, and what does not: <c>round-protocol</c>, section 4.
/// </summary>
public sealed class LeaderProgressTests
{
    private readonly KernelCluster cluster = new(ContractScript.Begun(3)) { BlobBytes = 1_000_000 };
    private int testimonies;
    private readonly BlobId update;

    public LeaderProgressTests()
    {
        cluster.Start([.. cluster.Contract.Members]);
        // The leader gets nothing and so never proposes.
        cluster.HoldBack = (_, effect) =>
        {
            testimonies += effect is Send { Message: ProtocolMessage } ? 1 : 0;
            return effect is FetchManifest or FetchChunk;
        };
        cluster.Train([.. cluster.Contract.Members]);
        cluster.Pass(TimeSpan.FromSeconds(2));
        update = cluster.Fold(Waiting).Round!.Ready[Waiting].Update;
    }

    private NodeId Leader => cluster.Fold(cluster.Contract.A).Round!.Leader;

    private NodeId Waiting => cluster.Contract.Members.First(member => member != Leader);

    private NodeId Other => cluster.Contract.Members.Last(member => member != Leader);

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

    /// <summary>Red if a leader is suspected while what it asked for before is on its way, or if that can go on for ever.</summary>
    [Fact]
    public void WhatElseALeaderTakesIsProgressWithinTheSameBound()
    {
        cluster.Pass(Timeout * 0.3);
        Serve(8192, ContractScript.Blob("of the round before"));
        Assert.Equal(cluster.Now, Progress);
        Serve(2 * Bytes, ContractScript.Blob("of the round before"));
        cluster.Pass(Timeout * 0.3);
        var before = Progress;
        Serve(2 * Bytes, ContractScript.Blob("another"));
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

    /// <summary>Red if a member whose update takes long lets the others, whose updates the leader has, depose it.</summary>
    [Fact]
    public void WhileALeaderTakesAnUpdateSlowlyNobodySuspectsIt()
    {
        var term = cluster.Fold(Leader).Round!.Term;
        for (var i = 0; i < 30; i++)
        {
            cluster.Pass(Timeout * 0.2);
            Serve(8192);
            Assert.Equal(cluster.Now, ProgressOf(Other));
        }

        Assert.Empty(cluster.Fold(Waiting).Round!.Suspects);
        cluster.Pass(Timeout * 1.1);
        Assert.Equal(term + 1, cluster.Fold(Waiting).Round!.Term);
    }

    /// <summary>Red if a round is given up while what it waits for is on its way, or if that can put it off for ever.</summary>
    [Fact]
    public void WhileAnUpdateIsOnItsWayTheRoundIsNotReopenedButNotForEver()
    {
        var (absent, pause) = (cluster.Fold(Waiting).Round!.Settings.AbsentTimeout, TimeSpan.FromSeconds(2));
        var since = cluster.Now;
        for (; cluster.Now < since + (absent * 3.5); cluster.Pass(pause))
            Serve(8192);
        // The leader, which this test gives nothing, alone has asked.
        Assert.Equal([Leader], cluster.Fold(Waiting).Round!.Reopens);
        for (; cluster.Now < since + (absent * 4.1); cluster.Pass(pause))
            Serve(8192);
        Assert.Equal(2, cluster.Fold(Waiting).Round!.Opening);
    }

    [Fact]
    public void AnUpdateThatIsTakenSoonIsNotSpokenOf()
    {
        var soon = new KernelCluster(ContractScript.Begun(3)) { BlobBytes = 1_000_000, ChunkBytes = 65536 };
        soon.Start([.. soon.Contract.Members]);
        soon.HoldBack = (_, effect) => effect is Send { Message: ProtocolMessage } && ++testimonies > 0;
        soon.Train([.. soon.Contract.Members]);
        soon.Pass(Timeout);
        Assert.Equal((2, 0), (soon.Fold(soon.Contract.A).Round!.Round, testimonies));
    }

    [Fact]
    public void ItIsSpokenOfAFewTimesInATimeoutHoweverFastItGoes()
    {
        cluster.Pass(Timeout * 0.2);
        for (var i = 0; i < 50; i++)
            Serve(8192);
        Assert.Equal(1, testimonies);
    }

    /// <summary>What a member says is of this term and its own update, and worth no more than what its hearer would see.</summary>
    [Theory]
    [InlineData("as it is", true)]
    [InlineData("of another round", false)]
    [InlineData("of another opening", false)]
    [InlineData("of an older term", false)]
    [InlineData("less than the floor", false)]
    [InlineData("twice the update", true)]
    [InlineData("more than twice the update", false)]
    [InlineData("as much as before", false)]
    [InlineData("less than before", true)]
    [InlineData("twice the update with what it said before", false)]
    [InlineData("negative", false)]
    [InlineData("a byte too long", false)]
    [InlineData("by the leader", false)]
    [InlineData("by nobody in the set", false)]
    [InlineData("by a member that is gone from the set", false)]
    public void ATestimonyIsBounded(string how, bool counts)
    {
        var round = cluster.Fold(Other).Round!;
        var said = new Testimony(round.Round, round.Opening, round.Term, 5000);
        if (how.EndsWith("before", StringComparison.Ordinal))
            Say(said);
        cluster.Pass(Timeout * 0.3);
        said = how switch
        {
            "of another round" => said with { Round = 2 },
            "of another opening" => said with { Opening = 2 },
            "of an older term" => said with { Term = 0 },
            "less than the floor" => said with { Bytes = 4095 },
            "less than before" => said with { Bytes = 4096 },
            "twice the update with what it said before" => said with { Bytes = (2 * Bytes) + 1 },
            "twice the update" => said with { Bytes = 2 * Bytes },
            "more than twice the update" => said with { Bytes = (2 * Bytes) + 1 },
            "negative" => said with { Bytes = long.MinValue },
            _ => said,
        };
        var before = ProgressOf(Other);
        switch (how)
        {
            case "by the leader":
                Say(said, Leader);
                break;
            case "by nobody in the set":
                Say(said, ContractScript.Admin);
                break;
            case "by a member that is gone from the set":
                cluster.Append(cluster.Contract.Next(ContractScript.Admin, new Revoke(Waiting)));
                before = ProgressOf(Other);
                cluster.Pass(Timeout * 0.01);
                Say(said with { Term = cluster.Fold(Other).Round!.Term });
                break;
            case "a byte too long":
                cluster.Give(Other, new PeerMessageArrived(Waiting, Word([.. said.Encode(), 0])));
                break;
            default:
                Say(said);
                break;
        }

        Assert.Equal(counts ? cluster.Now : before, ProgressOf(Other));
    }

    private Instant Progress => ProgressOf(Waiting);

    private Instant ProgressOf(NodeId member) => cluster[member].Contracts.Values.Single().Clocks.ProgressAt;

    private void Say(Testimony testimony, NodeId? speaker = null) =>
        cluster.Give(Other, new PeerMessageArrived(speaker ?? Waiting, Word(testimony.Encode())));

    private ProtocolMessage Word(ImmutableArray<byte> payload) => new(cluster.Contract.State.Contract, payload);

    private void Serve(long bytes, BlobId? blob = null) => cluster.Give(Waiting, new BlobServed(Leader, blob ?? update, (int)bytes));
}
