using Starling.Core.Blobs;
using Starling.Core.Contracts;
using Starling.Core.Identity;
using Starling.Core.Kernel;
using Starling.Core.Tests.Training;
using Starling.Core.Training;
using Starling.Core.Training.Participation.Gossip;

namespace Starling.Core.Tests.Kernel;

/// <summary>What nodes do on their own without a leader, over whole kernels: <c>docs/gossip.md</c>.</summary>
public sealed class GossipTests
{
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(100);

    [Theory]
    [InlineData(2, 2)]
    [InlineData(3, 2)]
    [InlineData(5, 2)]
    [InlineData(6, 3)]
    [InlineData(6, 4)]
    public void RoundsPassWithAllNeighboursAndTheLedgerHearsNothing(int members, int degree)
    {
        var cluster = Started(members, degree, rounds: 3);
        for (var round = 1; round <= 3; round++)
        {
            cluster.Train([.. cluster.Contract.Members]);
            cluster.Pass(Moment);
            Assert.All(cluster.Contract.Members,
                m => Assert.Equal(Neighbours(cluster, m, degree), Passed(cluster, m, round).With.ToArray()));
        }

        Assert.All(cluster.Contract.Members, m => Assert.True(cluster.Assigned(m)!.Last));
        Assert.Single(cluster.Ledger);
    }

    [Fact]
    public void ARoundOfTwoNodesIsATranscript()
    {
        var cluster = new KernelCluster(Contract(2, 2, rounds: 2)) { Watched = ContractScript.Member(0) };
        cluster.Start([.. cluster.Contract.Members]);
        cluster.Train(cluster.Contract.B);
        cluster.Pass(Moment);
        cluster.Train(cluster.Contract.A);
        cluster.Pass(Moment);
        cluster.Train([.. cluster.Contract.Members]);
        cluster.Pass(Moment);
        GoldenFile.Check("gossip.txt", cluster.Transcript);
    }

    [Fact]
    public void OldBlobsGo()
    {
        var cluster = Started(5, 2, rounds: 4);
        for (var round = 1; round <= 4; round++)
        {
            cluster.Train([.. cluster.Contract.Members]);
            cluster.Pass(Moment);
        }

        // The model, and the last update for whoever is late.
        Assert.All(cluster.Contract.Members, m => Assert.Equal(2, cluster[m].Held.Count));
    }

    // The store makes room for a blob once its manifest is here, and a neighbour that serves no chunk could take the whole disk.
    [Fact]
    public void AnUpdateThatIsNotAwaitedAnyMoreIsLetGo()
    {
        var cluster = new KernelCluster(Contract(3, 2, rounds: 10));
        var (a, b) = (cluster.Contract.A, cluster.Contract.B);
        var released = new List<BlobId>();
        FetchManifest? asked = null;
        cluster.HoldBack = (node, effect) =>
        {
            if (node == a && effect is Release release)
                released.Add(release.Blob);
            asked = effect as FetchManifest ?? asked;
            return effect is FetchManifest or FetchChunk;
        };
        cluster.Start(a, b);
        var (first, second, third) = (Announce(1), Announce(2), Announce(3));
        Assert.Equal([first.Blob, second.Blob], released);
        cluster.Give(a, new ManifestArrived(second.Asked, second.Manifest));
        Assert.Equal([first.Blob, second.Blob, second.Blob], released);
        cluster.Give(a, new ManifestArrived(second.Asked, third.Manifest));
        Assert.Equal(3, released.Count);

        (BlobId Blob, BlobManifest Manifest, OperationId Asked) Announce(int number)
        {
            var manifest = BlobManifest.Of(new byte[number], cluster.ChunkBytes);
            cluster.Give(a, new PeerMessageArrived(b,
                new ProtocolMessage(cluster.Contract.State.Contract, new Announcement(1, manifest.Id, 40, 10).Encode())));
            Assert.Equal(manifest.Id, asked!.Blob);
            if (number == 1)
                cluster.Give(a, new ManifestArrived(asked.Id, manifest));
            return (manifest.Id, manifest, asked.Id);
        }
    }

    [Fact]
    public void AnUpdateIsServedToTheNeighboursAlone()
    {
        var cluster = Started(5, 2);
        cluster.Train(cluster.Contract.A);
        cluster.Pass(Moment);
        Assert.Equal(Neighbours(cluster, cluster.Contract.A, 2), Assert.Single(cluster[cluster.Contract.A].Shared).Value);
        Assert.Equal(Neighbours(cluster, cluster.Contract.A, 2), cluster[cluster.Contract.A].PeersKept);
    }

    [Fact]
    public void WhoNeverCameIsAwaitedForTheAbsentTimeoutAndWhoFellSilentForTheLeaderTimeout()
    {
        var cluster = new KernelCluster(Contract(3, 2, rounds: 10));
        var (a, b, c) = (cluster.Contract.A, cluster.Contract.B, cluster.Contract.C);
        cluster.Start(a, b);
        cluster.Train(a, b);
        cluster.Pass(TimeSpan.FromSeconds(59));
        Assert.Null(cluster[a].Contracts.Values.Single().Latest);
        cluster.Pass(TimeSpan.FromSeconds(2));
        Assert.Equal([b], Passed(cluster, a, 1).With);
        // Nobody waits for it again before it says something.
        cluster.Train(a, b);
        cluster.Pass(Moment);
        Assert.Equal([b], Passed(cluster, a, 2).With);
        cluster.Kill(b);
        cluster.Train(a);
        cluster.Pass(TimeSpan.FromSeconds(4));
        Assert.DoesNotContain(cluster.Events(a), e => e is RoundPassed { Round: 3 });
        cluster.Pass(TimeSpan.FromSeconds(2));
        Assert.Empty(Passed(cluster, a, 3).With);
        // It comes back in its round 3, takes what the others have, and is awaited again in round 4.
        cluster.Start(b, c);
        cluster.Train(b, c);
        cluster.Pass(TimeSpan.FromSeconds(10));
        cluster.Train(a, b);
        cluster.Pass(TimeSpan.FromSeconds(10));
        Assert.Contains(b, Passed(cluster, a, 4).With);
    }

    [Fact]
    public void WhoIsBehindAveragesWithTheLaterUpdatesOfThoseAhead()
    {
        var cluster = new KernelCluster(Contract(2, 2, rounds: 10));
        var (a, b) = (cluster.Contract.A, cluster.Contract.B);
        cluster.Start(a);
        for (var round = 1; round <= 3; round++)
        {
            cluster.Train(a);
            cluster.Pass(TimeSpan.FromMinutes(2));
        }

        cluster.Start(b);
        cluster.Train(a, b);
        cluster.Pass(Moment);
        Assert.Equal([a], Passed(cluster, b, 1).With);
        Assert.DoesNotContain(cluster.Events(a), e => e is RoundPassed { Round: 4 });
    }

    [Fact]
    public void ARefusedUpdateIsNeverAveraged()
    {
        var cluster =
            new KernelCluster(Contract(3, 2, rounds: 10)) { Faults = (_, blob) => blob == UpdateOf("b") ? LeftOutReason.NotFinite : null };
        cluster.Start([.. cluster.Contract.Members]);
        cluster.Train([.. cluster.Contract.Members]);
        cluster.Pass(Moment);
        Assert.Equal([cluster.Contract.C], Passed(cluster, cluster.Contract.A, 1).With);
        // Who made it is told, and goes on from what the others made.
        Assert.Equal([cluster.Contract.A, cluster.Contract.C], Passed(cluster, cluster.Contract.B, 1).With);
        Assert.Contains(cluster.Events(cluster.Contract.B),
            e => e is Trouble trouble && trouble.What.Contains("enters no average", StringComparison.Ordinal));
    }

    [Fact]
    public void AnAverageThatFailsAgainAndAgainIsGivenUp()
    {
        var cluster = Started(2, 2);
        var a = cluster.Contract.A;
        Compute? merge = null;
        cluster.HoldBack =
            (node, effect) => node == a && effect is Compute { Computation: MergeUpdates } && (merge = (Compute)effect) is not null;
        cluster.Train([.. cluster.Contract.Members]);
        for (var failure = 1; failure <= 3; failure++)
        {
            Assert.DoesNotContain(cluster.Events(a), e => e is RoundPassed);
            cluster.Give(a, new Computed(merge!.Id, new ComputationFailed("not finite")));
            cluster.Pass(TimeSpan.FromSeconds(2));
        }

        Assert.Empty(Passed(cluster, a, 1).With);
        Assert.Equal(UpdateOf("a"), Passed(cluster, a, 1).Model);
    }

    [Fact]
    public void EachNodeAsksForAnAverageWithIntegersOfItsOwn()
    {
        var cluster = Started(5, 2);
        var own = new SortedDictionary<NodeId, NodeId>();
        cluster.HoldBack = (node, effect) =>
        {
            if (effect is Compute { Computation: MergeUpdates merge })
                own[node] = merge.Own;
            return false;
        };
        cluster.Train([.. cluster.Contract.Members]);
        cluster.Pass(Moment);
        Assert.Equal(cluster.Contract.Members.AsEnumerable(), own.Keys);
        Assert.Equal(cluster.Contract.Members.AsEnumerable(), own.Values);
    }

    [Fact]
    public void OnlyNeighboursAreListenedTo()
    {
        var cluster = Started(5, 2);
        var (a, c) = (cluster.Contract.A, cluster.Contract.C);
        cluster.Train(a);
        var asked = 0;
        cluster.HoldBack = (node, effect) => node == a && effect is OpenBlob && asked++ < 0;
        var word = new ProtocolMessage(cluster.Contract.State.Contract, new Announcement(1, ContractScript.Blob("x"), 40, 1).Encode());
        cluster.Give(a, new PeerMessageArrived(c, word));
        cluster.Give(a, new PeerMessageArrived(ContractScript.Admin, word));
        Assert.Equal(0, asked);
        cluster.Give(a, new PeerMessageArrived(cluster.Contract.B, word));
        Assert.Equal(1, asked);
    }

    [Fact]
    public void BytesThatTrickleHoldANodeUpOnlyForTwiceWhatWasAnnounced()
    {
        var cluster = Started(2, 2);
        var (a, b) = (cluster.Contract.A, cluster.Contract.B);
        FetchManifest? fetch = null;
        cluster.HoldBack = (node, effect) => node == a && effect is FetchManifest manifest && (fetch = manifest) is not null;
        cluster.Train(a);
        cluster.Give(a,
            new PeerMessageArrived(b,
                new ProtocolMessage(cluster.Contract.State.Contract, new Announcement(1, ContractScript.Blob("x"), 8192, 1).Encode())));
        for (var second = 0; second < 40; second += 4)
        {
            Assert.Equal(second > 16, cluster.Events(a).Any(e => e is RoundPassed));
            cluster.Give(a, new ChunkProgressed(fetch!.Id, 4096));
            cluster.Pass(TimeSpan.FromSeconds(4));
        }
    }

    [Fact]
    public void AnExpelledNeighbourIsNoneAtOnce()
    {
        var cluster = Started(4, 2);
        var (a, b) = (cluster.Contract.A, cluster.Contract.B);
        cluster.Train([.. cluster.Contract.Members.Remove(b)]);
        cluster.Pass(Moment);
        Assert.DoesNotContain(cluster.Events(a), e => e is RoundPassed);
        cluster.Append(cluster.Contract.Next(ContractScript.Admin, new Revoke(b)));
        cluster.Pass(Moment);
        Assert.DoesNotContain(b, Passed(cluster, a, 1).With);
        Assert.Equal(2, Passed(cluster, a, 1).With.Length);
    }

    [Fact]
    public void TheLastUpdateOfAProgramThatIsDoneStaysInItsNeighboursAverages()
    {
        var cluster = Started(2, 2, rounds: 5);
        var (a, b) = (cluster.Contract.A, cluster.Contract.B);
        cluster.Train([a, b], b, CheckIn.Snapshot);
        cluster.Pass(Moment);
        Assert.True(cluster.Assigned(b)!.Last);
        cluster.Train(a);
        cluster.Pass(Moment);
        Assert.Equal([b], Passed(cluster, a, 2).With);
    }

    /// <summary>
    /// A node is killed after each of its first saves in turn; what it had announced by then must be there when it starts
    /// again, and it must go on.
    /// </summary>
    [Fact]
    public void KilledAfterAnySaveItKeepsWhatItAnnouncedAndGoesOn()
    {
        for (var saves = 0; saves < 24; saves++)
        {
            var cluster = new KernelCluster(Contract(3, 2, rounds: 3));
            var a = cluster.Contract.A;
            var (left, announced) = (saves, default(Announcement));
            cluster.HoldBack = (node, effect) =>
            {
                if (node != a)
                    return false;
                if (effect is Send { Message: ProtocolMessage word })
                    announced = Announcement.Decode(word.Payload, null);
                return effect is SaveRecord or SaveBlob && left-- <= 0;
            };
            cluster.Start([.. cluster.Contract.Members]);
            for (var round = 1; round <= 3 && left >= 0; round++)
                Train(cluster);
            cluster.Kill(a);
            cluster.HoldBack = (_, _) => false;
            cluster.Start(a);
            var served = GossipState.Of(cluster[a].Contracts.Values.Single()).Served;
            Assert.True(announced is null || served?.Round >= announced.Round,
                $"after {saves} saves {announced} was announced; it comes back with {served}");
            Assert.True(served is null || cluster[a].Durable.Contains(served.Update), $"after {saves} saves {served} is gone");
            for (var turn = 0; turn < 8; turn++)
                Train(cluster);
            Assert.All(cluster.Contract.Members,
                m => Assert.True(cluster.Assigned(m) is { Last: true }, $"after {saves} saves {m.Name} does not end"));
        }
    }

    [Fact]
    public void AnUpdateThatTheDiskLostIsTrainedAgainAlsoIfItWasTheLast()
    {
        var cluster = Started(3, 2);
        var a = cluster.Contract.A;
        cluster.Train([a], a, CheckIn.Inactive);
        cluster.Kill(a);
        cluster.Lose(a, UpdateOf("a"));
        cluster.Start(a);
        Assert.Equal(1, cluster.Assigned(a)!.Round);
    }

    private static void Train(KernelCluster cluster)
    {
        cluster.Train([.. cluster.Contract.Members.Where(m => cluster.Assigned(m) is { Last: false })]);
        cluster.Pass(TimeSpan.FromSeconds(90));
    }

    private static ContractScript Contract(int members, int degree, long rounds)
    {
        var contract = new ContractScript(members, change: f => f with
        {
            Settings = f.Settings with
            {
                Protocol = "gossip",
                Rounds = rounds,
                ProtocolParameters = [KeyValuePair.Create("degree", (double)degree)]
            },
        });
        Assert.Equal(Refusal.None, contract.Fold(contract.First));
        return contract;
    }

    private static KernelCluster Started(int members, int degree, long rounds = 10)
    {
        var cluster = new KernelCluster(Contract(members, degree, rounds));
        cluster.Start([.. cluster.Contract.Members]);
        return cluster;
    }

    private static NodeId[] Neighbours(KernelCluster cluster, NodeId node, int degree) =>
        [.. NeighbourGraph.Of(cluster.Fold(node).Round!.View, cluster.Contract.First.Id, degree, node)];

    private static RoundPassed Passed(KernelCluster cluster, NodeId node, long round) =>
        cluster.Events(node).OfType<RoundPassed>().Single(e => e.Round == round);

    private static BlobId UpdateOf(string node) =>
        Core.Blobs.BlobManifest.Of(System.Text.Encoding.UTF8.GetBytes($"update of {node} in round 1 from {BlobId.None.Short}"),
            Core.Blobs.BlobManifest.StandardChunkBytes).Id;
}
