using Starling.Core.Identity;
using Starling.Core.Kernel;
using Starling.Core.Tests.Training;
using Starling.Core.Training;
using Starling.Core.Training.Participation;

namespace Starling.Core.Tests.Kernel;

/// <summary>Audits by samples, over whole kernels: what is fetched, and what follows from what is found.</summary>
public sealed class SampledAuditTests
{
    private static readonly TimeSpan Moment = TimeSpan.FromSeconds(3);

    [Fact]
    public void AnAuditorFetchesTheMergeAndOnlyTheChunksOfUpdatesThatItDrew()
    {
        var cluster = Started(5);
        Train(cluster);
        var commit = cluster.Fold(cluster.Contract.A).LastCommit!;
        var updates = Entries<Ready>(cluster).Select(e => e.Entry.Update).ToHashSet();
        foreach (var auditor in cluster.Contract.Members.Where(m => m != commit.Leader))
        {
            Assert.All(cluster.Fetched.Where(f => f.Node == auditor && updates.Contains(f.Blob)).GroupBy(f => f.Blob),
                blob => Assert.Equal(2, blob.Count()));
            Assert.Equal(4,
                cluster.Fetched.Where(f => f.Node == auditor && updates.Contains(f.Blob)).Select(f => f.Blob).Distinct().Count());
            Assert.True(cluster.Fetched.Count(f => f.Node == auditor && f.Blob == commit.Merge.Merge) > 4);
        }

        Assert.Equal(4, Entries<AuditedSampled>(cluster).Count());
        Assert.All(cluster.Contract.Members, m => Assert.Empty(cluster[m].Parts));
    }

    /// <summary>
    /// After an admin's restart round, opening, term and even the merge may be those of before. Red if a sample is known by these alone.
    /// </summary>
    [Fact]
    public void ASampleServesNoOtherOpening()
    {
        var merge = ContractScript.Blob("merge");
        var round = ContractScript.Begun().Round with { Proposal = new MergeClaim(merge, []), OpenedAt = 5 };
        var sample = new SampleState(5, round.Term, merge, [0], null, Agrees: true, Instant.Zero);
        Assert.True(sample.IsOf(round));
        Assert.False(sample.IsOf(round with { OpenedAt = 9 }));
        Assert.False(sample.IsOf(round with { Term = 2 }));
        Assert.False(sample.IsOf(round with { Proposal = new MergeClaim(ContractScript.Blob("other"), []) }));
    }

    [Fact]
    public void AWrongChunkLeadsToAFullAuditThatNamesTheLeader()
    {
        var cluster = Started(5);
        cluster.Merges = (node, merge) => node == LeaderOf(cluster) ? "a lie" : merge;
        cluster.Agrees = (node, _) => node == cluster.Contract.Members.Last(m => m != LeaderOf(cluster));
        Train(cluster);
        var commit = cluster.Fold(cluster.Contract.A).LastCommit!;
        Assert.Equal([commit.Leader], commit.Named);
        Assert.All(cluster.Contract.Members, m => Assert.Equal(2, cluster.Fold(m).Round!.Round));
        Assert.Single(Entries<AuditedSampled>(cluster));
        Assert.NotEqual(Entries<Merged>(cluster).Single().Entry.Merge, commit.Merge.Merge);
    }

    [Fact]
    public void AWrongChunkThatIsNoneIsSettledByTheFullAuditAndNamesNobody()
    {
        var cluster = Started(3);
        cluster.Agrees = (node, _) => node != cluster.Contract.Members.Last(m => m != LeaderOf(cluster));
        Train(cluster);
        Assert.Empty(cluster.Fold(cluster.Contract.A).LastCommit!.Named);
        Assert.Single(Entries<AuditedFull>(cluster));
    }

    [Fact]
    public void AMemberThatIsLeftOutFalselyIsMergedAfterAll()
    {
        var cluster = Started(5);
        var victim = BlobId.None;
        cluster.Faults = (node, update) =>
        {
            if (victim.IsNone && node == LeaderOf(cluster))
                victim = update;
            return node == LeaderOf(cluster) && update == victim ? LeftOutReason.NotFinite : null;
        };
        Train(cluster);
        var commit = cluster.Fold(cluster.Contract.A).LastCommit!;
        Assert.Single(Entries<Merged>(cluster).Single().Entry.LeftOut);
        Assert.Equal((5, commit.Leader), (commit.Merge.Contributors.Length, commit.Named.Single()));
    }

    [Fact]
    public void AMemberThatIsLeftOutRightlyNeedsNoFullAudit()
    {
        var cluster = Started(5);
        var bad = cluster.Contract.C;
        cluster.Faults =
            (_, update) => update == Entries<Ready>(cluster).First(e => e.Author == bad).Entry.Update ? LeftOutReason.NotFinite : null;
        Train(cluster);
        Assert.DoesNotContain(bad, cluster.Fold(cluster.Contract.A).LastCommit!.Merge.Contributors);
        Assert.Empty(Entries<AuditedFull>(cluster));
    }

    [Fact]
    public void ARuleThatNeedsWholeStatesIsAuditedInFull()
    {
        var cluster = Started(3, rule: "geomedian");
        Train(cluster);
        Assert.Equal((0, 2), (Entries<AuditedSampled>(cluster).Count(), Entries<AuditedFull>(cluster).Count()));
    }

    [Fact]
    public void AnAuditorThatIsKilledDrawsAnewAndVotes()
    {
        var cluster = Started(2);
        var held = true;
        cluster.HoldBack = (_, effect) => held && effect is Compute { Computation: AuditMerge };
        Train(cluster);
        var auditor = cluster.Contract.Members.Single(m => m != LeaderOf(cluster));
        cluster.Kill(auditor);
        held = false;
        cluster.Start(auditor);
        cluster.Pass(Moment);
        Assert.Equal(2, cluster.Fold(auditor).Round!.Round);
        Assert.Single(Entries<AuditedSampled>(cluster));
    }

    private static KernelCluster Started(int members, string rule = "mean")
    {
        var contract =
            new ContractScript(members, audit: AuditMode.Sampled, change: f => f with { Settings = f.Settings with { MergeRule = rule } });
        contract.Fold(contract.First);
        var cluster = new KernelCluster(contract) { ChunkBytes = 8, BlobBytes = 128 };
        cluster.Start([.. contract.Members]);
        return cluster;
    }

    private static void Train(KernelCluster cluster)
    {
        cluster.Train([.. cluster.Contract.Members]);
        cluster.Pass(Moment);
    }

    private static NodeId LeaderOf(KernelCluster cluster) => Entries<Claim>(cluster).First().Author;

    private static IEnumerable<(NodeId Author, T Entry)> Entries<T>(KernelCluster cluster) => cluster.Ledger
        .Select(e => (e.Entry.Body.Author, Entry: TrainingEntryCodec.Decode(e.Entry.Body.Payload))).Where(e => e.Entry is T)
        .Select(e => (e.Author, (T)(object)e.Entry));
}
