using Starling.Core.Identity;
using Starling.Core.Kernel;
using Starling.Core.Tests.Training;
using Starling.Core.Training;

namespace Starling.Core.Tests.Kernel;

/// <summary>What a member of a round may do to the others' patience, and what not: <c>round-protocol</c>, section 4.</summary>
public sealed class HostileMemberTests
{
    private static readonly TimeSpan Moment = TimeSpan.FromSeconds(2);

    /// <summary>Red if a member whose update only trickles in keeps the others, who are enough without it, from going on.</summary>
    [Fact]
    public void WhoseUpdateTricklesIsLeftOutAfterTheAbsentTimeout()
    {
        var cluster = new KernelCluster(ContractScript.Begun(3)) { BlobBytes = 1_000_000 };
        var asked = new List<(NodeId Node, FetchChunk Fetch)>();
        cluster.HoldBack = (node, effect) =>
        {
            if (effect is not FetchChunk fetch || (asked.Count > 0 && fetch.Peer != asked[0].Fetch.Peer))
                return false;
            asked.Add((node, fetch));
            return true;
        };
        cluster.Start([.. cluster.Contract.Members]);
        cluster.Train([.. cluster.Contract.Members]);
        var (since, absent) = (cluster.Now, ContractScript.Settings().AbsentTimeout);
        for (; cluster.Now < since + (absent * 0.9); cluster.Pass(Moment))
            Trickle();
        Assert.Equal((1, 1, 1), (Round().Round, Round().Opening, Round().Term));
        Assert.Null(Round().Proposal);
        for (; cluster.Now < since + (absent * 1.2); cluster.Pass(Moment))
            Trickle();
        var commit = cluster.Fold(cluster.Contract.A).LastCommit!;
        Assert.Equal((1L, 1L, 2), (commit.Opening, commit.Term, commit.Merge.Contributors.Length));
        Assert.DoesNotContain(asked[0].Fetch.Peer, commit.Merge.Contributors);

        RoundState Round() => cluster.Fold(cluster.Contract.A).Round!;

        void Trickle()
        {
            foreach (var (node, fetch) in asked.ToList())
            {
                cluster.Give(node, new ChunkProgressed(fetch.Id, 8192));
                cluster.Give(fetch.Peer, new BlobServed(node, fetch.Blob, 8192));
            }
        }
    }

    /// <summary>Red if a member that announces another's update as its own hides who has it.</summary>
    [Fact]
    public void WhoNamesAnothersUpdateHidesNobody()
    {
        var contract = ContractScript.Begun(3, notEligible: ContractScript.Member(0));
        var cluster = new KernelCluster(contract);
        cluster.Start(contract.A, contract.B);
        cluster.Train(contract.A, contract.B);
        var update = cluster.Fold(contract.B).Round!.Ready[contract.A].Update;
        cluster.Append(contract.Next(contract.C, contract.ReadyOf(contract.C) with { Update = update }));
        cluster.Pass(Moment);
        Assert.Equal(contract.B, cluster.Fold(contract.B).LastCommit?.Leader);
        Assert.Contains(contract.A, cluster.Fold(contract.B).LastCommit!.Merge.Contributors);
    }

    /// <summary>Red if a leader gives up a term for a late member while its auditors take what they need.</summary>
    [Fact]
    public void ALeaderWaitsForItsAuditorsAsLongAsTheyTakeSomething()
    {
        var contract = ContractScript.Begun(3);
        var cluster = new KernelCluster(contract) { BlobBytes = 1_000_000 };
        (NodeId Node, FetchChunk Fetch)? audit = null;
        cluster.HoldBack = (node, effect) =>
        {
            if (effect is not FetchChunk fetch || cluster.Fold(node).Round!.Leader == node || node == contract.C)
                return false;
            audit = (node, fetch);
            return true;
        };
        cluster.Start(contract.A, contract.B);
        cluster.Train(contract.A, contract.B);
        cluster.Pass(Moment);
        cluster.Start(contract.C);
        cluster.Train(contract.C);
        var (auditor, fetch) = audit!.Value;
        var timeout = ContractScript.Settings().LeaderTimeout;
        for (var i = 0; i < 15; i++)
            Move(isSeen: true);
        Assert.Equal((1L, 3), (Round().Term, Round().Ready.Count));
        Assert.Empty(Round().Suspects);
        for (var i = 0; i < 6; i++)
            Move(isSeen: false);
        // Whoever leads the next term may be able to end it with a commit.
        var said = cluster.Ledger.Select(entry => TrainingEntryCodec.Decode(entry.Entry.Body.Payload)).ToList();
        Assert.Single(said.OfType<Resign>());
        Assert.Empty(said.OfType<Suspect>());

        RoundState Round() => cluster.Fold(contract.A).Round!;

        void Move(bool isSeen)
        {
            cluster.Pass(timeout * 0.2);
            cluster.Give(auditor, new ChunkProgressed(fetch.Id, 8192));
            if (isSeen)
                cluster.Give(fetch.Peer, new BlobServed(auditor, fetch.Blob, 8192));
        }
    }

    /// <summary>Red if a merge that is larger than any may be is asked for again and again.</summary>
    [Fact]
    public void AMergeThatIsTooLargeIsAskedForOnce()
    {
        var contract = ContractScript.Begun(2, audit: AuditMode.Off);
        var cluster = new KernelCluster(contract);
        var asked = new List<(NodeId Node, FetchManifest Fetch)>();
        cluster.HoldBack = (node, effect) =>
        {
            if (effect is not FetchManifest fetch || cluster.Fold(node).Round!.Proposal?.Merge != fetch.Blob)
                return false;
            asked.Add((node, fetch));
            return true;
        };
        cluster.Start([.. contract.Members]);
        cluster.Train([.. contract.Members]);
        cluster.Pass(Moment);
        var (voter, first) = Assert.Single(asked);
        cluster.Give(voter, new FetchFailed(first.Id, FetchFailure.TooLarge));
        cluster.Pass(Moment);
        Assert.Single(asked);
    }
}
