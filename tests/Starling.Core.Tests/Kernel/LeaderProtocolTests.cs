using System.Collections.Immutable;
using Starling.Core.Contracts;
using Starling.Core.Identity;
using Starling.Core.Kernel;
using Starling.Core.Ledger;
using Starling.Core.Tests.Training;
using Starling.Core.Training;

namespace Starling.Core.Tests.Kernel;

/// <summary>What nodes do on their own, over whole kernels: <c>round-protocol</c>, section 4.</summary>
public sealed class LeaderProtocolTests
{
    private static readonly TimeSpan Moment = TimeSpan.FromSeconds(2);

    [Theory]
    [InlineData(2, AuditMode.Full)]
    [InlineData(3, AuditMode.Full)]
    [InlineData(5, AuditMode.Full)]
    [InlineData(2, AuditMode.Off)]
    [InlineData(4, AuditMode.Off)]
    [InlineData(2, AuditMode.Sampled)]
    [InlineData(5, AuditMode.Sampled)]
    public void RoundsCommitWithoutFaults(int members, AuditMode audit)
    {
        var cluster = Started(members, audit);
        for (var round = 1; round <= 5; round++)
        {
            cluster.Train([.. cluster.Contract.Members]);
            cluster.Pass(Moment);
            Assert.All(cluster.Contract.Members, m => Assert.Equal(round + 1, cluster.Fold(m).Round!.Round));
            Assert.All(cluster.Contract.Members, m => Assert.Equal(1, cluster.Fold(m).LastCommit!.Term));
            Assert.Equal(members, cluster.Fold(cluster.Contract.A).LastCommit!.Merge.Contributors.Length);
        }

        Assert.All(cluster.Contract.Members,
            m => Assert.DoesNotContain(cluster.Events(m), e => e is EntryRefused { Refusal: not Refusal.RoundClosed }));
    }

    /// <summary>What is left is the base, and what the last committed round began from, for a restart of it.</summary>
    [Fact]
    public void OldBlobsGo()
    {
        var cluster = Started(3);
        for (var round = 1; round <= 4; round++)
        {
            cluster.Train([.. cluster.Contract.Members]);
            cluster.Pass(Moment);
        }

        Assert.All(cluster.Contract.Members,
            m => Assert.Equal(cluster.Fold(m).Commits[^2..].Select(commit => commit.Merge.Merge).ToImmutableSortedSet(), cluster[m].Held));
    }

    [Fact]
    public void ARoundWaitsForMinPeersAndNamesWhomItAwaits()
    {
        var cluster = new KernelCluster(ContractScript.Begun(4, minPeers: 3));
        var (a, b, c) = (cluster.Contract.A, cluster.Contract.B, cluster.Contract.C);
        cluster.Start(a, b);
        cluster.Train(a, b);
        cluster.Pass(TimeSpan.FromMinutes(10));
        Assert.Equal(1, cluster.Fold(a).Round!.Round);
        var awaiting = cluster.Events(a).OfType<Awaiting>().Last();
        Assert.Equal([c, cluster.Contract.Members[3]], awaiting.Awaited);
        cluster.Start(c);
        cluster.Train(c);
        cluster.Pass(Moment);
        Assert.Equal(2, cluster.Fold(a).Round!.Round);
    }

    [Fact]
    public void ALeaderWhoseConnectionBreaksIsReplacedAtOnceAndContributesAgain()
    {
        var cluster = Started(4, minPeers: 3);
        cluster.HoldBack = (_, effect) => effect is Compute { Computation: MergeUpdates };
        cluster.Train([.. cluster.Contract.Members]);
        cluster.Pass(Moment);
        var leader = cluster.Fold(cluster.Contract.A).Round!.Leader;
        cluster.HoldBack = (_, _) => false;
        cluster.Kill(leader);
        cluster.Pass(Moment);
        var other = cluster.Contract.Members.First(m => m != leader);
        Assert.Equal((2, 2), (cluster.Fold(other).Round!.Round, cluster.Fold(other).LastCommit!.Term));
        Assert.NotEqual(leader, cluster.Fold(other).LastCommit!.Leader);
        cluster.Start(leader);
        cluster.Train([.. cluster.Contract.Members]);
        cluster.Pass(Moment);
        Assert.Equal(3, cluster.Fold(other).Round!.Round);
        Assert.Contains(leader, cluster.Fold(other).LastCommit!.Merge.Contributors);
    }

    [Fact]
    public void AStaleMergedOfAReplacedLeaderIsRefusedAndItContributesAgain()
    {
        var cluster = Started(4, minPeers: 3);
        cluster.HoldBack = (_, effect) => effect is AppendEntry append && TrainingEntryCodec.Decode(append.Entry.Body.Payload) is Merged;
        cluster.Train([.. cluster.Contract.Members]);
        cluster.Pass(Moment);
        var leader = cluster.Fold(cluster.Contract.A).Round!.Leader;
        var other = cluster.Contract.Members.First(m => m != leader);
        cluster.HoldBack = (_, _) => false;
        cluster.Kill(leader);
        cluster.Pass(Moment);
        Assert.Equal(2, cluster.Fold(other).LastCommit!.Term);
        cluster.Start(leader);
        cluster.Pass(Moment);
        var stale = cluster.Events(other).OfType<EntryRefused>().Last(e => e.Author == leader);
        Assert.Equal((nameof(Merged), Refusal.RoundClosed), (stale.Kind, stale.Refusal));
        cluster.Train([.. cluster.Contract.Members]);
        cluster.Pass(Moment);
        Assert.Contains(leader, cluster.Fold(other).LastCommit!.Merge.Contributors);
    }

    [Theory]
    [InlineData(AuditMode.Full)]
    [InlineData(AuditMode.Sampled)]
    [InlineData(AuditMode.Off)]
    public void AMemberThatCameTooLateForTheClaimFetchesTheMergeWhileOthersAuditIt(AuditMode audit)
    {
        var cluster = Started(4, audit, minPeers: 3);
        var late = cluster.Contract.Members[3];
        var votes = 0;
        cluster.HoldBack = (_, effect) =>
            effect is AppendEntry append
                && TrainingEntryCodec.Decode(append.Entry.Body.Payload) is AuditedFull or AuditedSampled or Receipt && ++votes > 0;
        cluster.Train(cluster.Contract.A, cluster.Contract.B, cluster.Contract.C);
        cluster.Pass(Moment);
        Assert.Equal(2, votes);
        var round = cluster.Fold(late).Round!;
        Assert.DoesNotContain(late, round.Frozen);
        Assert.Contains(round.Proposal!.Merge, cluster[late].Durable);
    }

    [Fact]
    public void ADeadLeaderIsSuspectedAfterTheTimeoutAndADeadMemberIsLeftOut()
    {
        var cluster = Started(4);
        cluster.HoldBack = (_, effect) => effect is Compute { Computation: MergeUpdates };
        cluster.Train([.. cluster.Contract.Members]);
        cluster.Pass(Moment);
        var leader = cluster.Fold(cluster.Contract.A).Round!.Leader;
        cluster.HoldBack = (node, _) => node == leader;
        cluster.Pass(TimeSpan.FromSeconds(60));
        var other = cluster.Contract.Members.First(m => m != leader);
        Assert.Equal(2, cluster.Fold(other).Round!.Round);
        Assert.Contains(cluster.Events(other), e => e is TermEnded { Reason: TermEnd.Suspected });
    }

    /// <summary>Red if it must wait for a reopening, which is for members that are gone.</summary>
    [Fact]
    public void TheOnlyMemberThatMayLeadLeadsAgainAfterItWasReplaced()
    {
        var contract = new ContractScript(3,
            change: f => f with { Members = [.. f.Members.Select(m => m with { LeaderEligible = m.Node == ContractScript.Member(0) })] });
        Assert.Equal(Refusal.None, contract.Fold(contract.First));
        var cluster = new KernelCluster(contract);
        cluster.Start([.. contract.Members]);
        cluster.HoldBack = (node, effect) => node == contract.A && effect is FetchChunk;
        cluster.Train([.. contract.Members]);
        cluster.Pass(cluster.Fold(contract.B).Settings!.LeaderTimeout * 1.5);
        cluster.HoldBack = (_, _) => false;
        Assert.Equal((1, 2), (cluster.Fold(contract.B).Round!.Round, cluster.Fold(contract.B).Round!.Term));
        // What was asked for in vain is asked for again after a while.
        cluster.Pass(cluster.Fold(contract.B).Settings!.AbsentTimeout * 0.9);
        var commit = cluster.Fold(contract.B).LastCommit;
        Assert.Equal((contract.A, 1L, 3), (commit?.Leader, commit?.Opening, commit?.Merge.Contributors.Length));
    }

    /// <summary>Red if each round waits for a connection that is known to be broken as long as for one that may be slow.</summary>
    [Theory]
    [InlineData(true, 2)]
    [InlineData(false, 1)]
    public void ALeaderDoesNotWaitLongForAnUpdateBehindABrokenConnection(bool isBroken, long expected)
    {
        var cluster = Started(4);
        var settings = cluster.Fold(cluster.Contract.A).Settings!;
        Assert.True(settings.Grace < settings.LeaderTimeout / 4);
        var (leader, other) = Cut(cluster, isBroken: false);
        if (isBroken)
            cluster.Break(leader, other);
        cluster.Pass(settings.Grace + (settings.LeaderTimeout / 8));
        Assert.Equal(expected, cluster.Fold(leader).Round!.Round);
        cluster.Pass(settings.LeaderTimeout);
        Assert.Equal((2, 1), (cluster.Fold(leader).Round!.Round, cluster.Fold(leader).LastCommit!.Term));
        Assert.Contains(cluster.Events(leader).OfType<MergeProposed>(),
            proposed => proposed.LeftOut.Any(left => left.Member == other && left.Reason == LeftOutReason.Unavailable));
    }

    /// <summary>
    /// Red if one of two members that do not reach each other leads while others reach everybody: each time an update would be left out.
    /// </summary>
    [Fact]
    public void WhoDoesNotReachAllLeavesTheLeadToOneThatDoes()
    {
        var cluster = Started(4);
        var cut = Cut(cluster, isBroken: true);
        for (var round = 2; round <= 12; round++)
        {
            cluster.Pass(Moment * 4);
            Assert.Equal(round, cluster.Fold(cut.Leader).Round!.Round);
            cluster.Train([.. cluster.Contract.Members]);
        }

        Assert.All(cluster.Fold(cut.Leader).Commits.Skip(1), commit => Assert.NotEqual(cut.Leader, commit.Leader));
        Assert.All(cluster.Fold(cut.Leader).Commits.Skip(1), commit => Assert.NotEqual(cut.Other, commit.Leader));
        Assert.All(cluster.Fold(cut.Leader).Commits.Skip(1), commit => Assert.Equal(4, commit.Merge.Contributors.Length));
    }

    [Fact]
    public void AfterKillingAllTheRoundGoesOn()
    {
        var cluster = Started(3);
        cluster.Train([.. cluster.Contract.Members]);
        cluster.Pass(Moment);
        cluster.Train(cluster.Contract.A);
        foreach (var member in cluster.Contract.Members)
            cluster.Kill(member);
        cluster.Start([.. cluster.Contract.Members]);
        Assert.Null(cluster.Assigned(cluster.Contract.A));
        Assert.Contains(cluster.Contract.A, cluster.Fold(cluster.Contract.B).Round!.Ready.Keys);
        cluster.Train(cluster.Contract.B, cluster.Contract.C);
        cluster.Pass(Moment);
        Assert.Equal(3, cluster.Fold(cluster.Contract.A).Round!.Round);
    }

    [Fact]
    public void ALostDiskIsToldBeforeAnythingElse()
    {
        var cluster = Started(3);
        cluster.Train([.. cluster.Contract.Members]);
        cluster.Pass(Moment);
        var a = cluster.Contract.A;
        cluster.Kill(a);
        cluster.Wipe(a);
        cluster.Start(a);
        cluster.Pass(Moment);
        Assert.Equal(2, cluster.Fold(a).Authors[a].Incarnation);
        // Red if whoever watches the node, or another member, hears nothing of it.
        Assert.All(cluster.Contract.Members,
            member =>
                Assert.Equal(new Rejoining(cluster.Fold(a).Contract, a, 2),
                    Assert.Single(cluster.Events(member), what => what is Rejoining)));
        cluster.Train([.. cluster.Contract.Members]);
        cluster.Pass(Moment);
        Assert.Equal(3, cluster.Fold(a).Round!.Round);
    }

    [Fact]
    public void AForkedLedgerStopsTheNode()
    {
        var cluster = Started(3);
        cluster.Train([.. cluster.Contract.Members]);
        cluster.Pass(Moment);
        var a = cluster.Contract.A;
        var contract = cluster.Fold(a).Contract;
        var foreign = cluster.Ledger.Take(2).Append(cluster.Ledger[3]).ToArray();
        cluster.HoldBack = (_, effect) => effect is ReadLedger;
        cluster.Give(a, new LedgerChanged(contract));
        var operation = cluster[a].Operations.First(o => o.Value is AwaitedRead).Key;
        cluster.Give(a, new LedgerRead(operation, new Starling.Core.Ledger.LedgerPage(contract, 0, [.. foreign], 3)));
        Assert.True(cluster[a].HasHalted);
        Assert.Contains(cluster.Events(a), e => e is Halted { Reason: HaltReason.LedgerForked });
    }

    /// <summary>Red if only the bodies are compared: who joins later would fold another history without a word.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void AForkedLedgerIsAlsoOneThatShowsTheSameBodyUnderAnotherKeyOrSignature(bool isKey)
    {
        var cluster = Started(3);
        cluster.Train([.. cluster.Contract.Members]);
        cluster.Pass(Moment);
        var a = cluster.Contract.A;
        var contract = cluster.Fold(a).Contract;
        var shown = cluster.Ledger.ToArray();
        var entry = shown[1].Entry;
        shown[1] = new VerifiedEntry(
            new SignedEntry(entry.BodyBytes, isKey ? PlainCertifier.KeyOf(ContractScript.Admin) : entry.Key, isKey ? entry.Signature : [2]),
            SignatureValid: false);
        Assert.Equal(entry.Id, shown[1].Entry.Id);
        cluster.HoldBack = (_, effect) => effect is ReadLedger;
        cluster.Give(a, new LedgerChanged(contract));
        var operation = cluster[a].Operations.First(o => o.Value is AwaitedRead).Key;
        cluster.Give(a, new LedgerRead(operation, new LedgerPage(contract, 0, [.. shown], shown.Length)));
        Assert.Contains(cluster.Events(a),
            e => e is Halted { Reason: HaltReason.LedgerForked } halted && halted.Detail.Contains("height 1", StringComparison.Ordinal));
    }

    [Fact]
    public void AShrunkenLedgerIsToldAtOnceAndStopsTheNodeWhenItLasts()
    {
        var cluster = Started(3);
        cluster.Train([.. cluster.Contract.Members]);
        cluster.Pass(Moment);
        var a = cluster.Contract.A;
        cluster.HoldBack = (node, effect) => node == a && effect is ReadLedger;
        for (var second = 0; second < 125 && !cluster[a].HasHalted; second++)
        {
            cluster.Pass(TimeSpan.FromSeconds(1));
            foreach (var read in cluster[a].Operations.Where(o => o.Value is AwaitedRead).Select(o => o.Key).ToArray())
                cluster.Give(a,
                    new LedgerRead(read, new Starling.Core.Ledger.LedgerPage(cluster.Fold(a).Contract, 0, [cluster.Ledger[0]], 1)));
        }

        Assert.Single(cluster.Events(a).OfType<Trouble>());
        Assert.Contains(cluster.Events(a), e => e is Halted { Reason: HaltReason.LedgerShrank });
    }

    [Fact]
    public void TheLastRoundEndsTraining()
    {
        var contract = new ContractScript(change: f => f with { Settings = f.Settings with { Rounds = 1 } });
        contract.Fold(contract.First);
        var cluster = new KernelCluster(contract);
        cluster.Start([.. contract.Members]);
        cluster.Train([.. contract.Members]);
        cluster.Pass(Moment);
        Assert.All(contract.Members, m => Assert.True(cluster.Assigned(m)!.Last));
        Assert.All(contract.Members, m => Assert.Single(cluster.Events(m).OfType<TrainingEnded>()));
    }

    [Fact]
    public void TranscriptOfARound()
    {
        var cluster = new KernelCluster(ContractScript.Begun(2)) { Watched = ContractScript.Member(1) };
        cluster.Start([.. cluster.Contract.Members]);
        cluster.Train([.. cluster.Contract.Members]);
        cluster.Pass(Moment);
        GoldenFile.Check("round.txt", cluster.Transcript);
    }

    /// <summary>Has all hand in their updates while whoever leads then and another do not get a byte of each other.</summary>
    private static (NodeId Leader, NodeId Other) Cut(KernelCluster cluster, bool isBroken)
    {
        NodeId? led = null;
        bool Between(NodeId node, NodeId peer)
        {
            led ??= cluster.Fold(node).Round!.Leader;
            var other = cluster.Contract.Members.First(member => member != led);
            return (node == led && peer == other) || (node == other && peer == led);
        }

        cluster.HoldBack = (node, effect) =>
            (effect is FetchManifest manifest && Between(node, manifest.Peer)) || (effect is FetchChunk chunk && Between(node, chunk.Peer));
        cluster.Train([.. cluster.Contract.Members]);
        var leader = cluster.Fold(cluster.Contract.A).Round!.Leader;
        Assert.Equal(led, leader);
        var other = cluster.Contract.Members.First(member => member != leader);
        if (isBroken)
        {
            cluster.HoldBack = (_, _) => false;
            cluster.Break(leader, other);
        }

        return (leader, other);
    }

    private static KernelCluster Started(int members, AuditMode audit = AuditMode.Full, int minPeers = 2)
    {
        var cluster = new KernelCluster(ContractScript.Begun(members, minPeers, audit));
        cluster.Start([.. cluster.Contract.Members]);
        return cluster;
    }
}
