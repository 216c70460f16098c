using Starling.Core.Contracts;
using Starling.Core.Identity;
using Starling.Core.Kernel;
using Starling.Core.Ledger;
using Starling.Core.Training;
using Starling.Simulation.Checkers;

namespace Starling.Simulation.Tests.Checkers;

/// <summary>What an admin takes back is no violation, and what happens after it is judged as before.</summary>
public sealed class RestartedRoundTests
{
    private static readonly ContractId Contract = ContractId.Parse("training");
    private readonly FakeWorld world = new();

    private NodeId A => world.Nodes[0].Identity.Id;

    private NodeId B => world.Nodes[1].Identity.Id;

    /// <summary>
    /// Red if the checker forgets the epoch, or all that it knows at a restart: who has not read it yet still tells of the first merge.
    /// </summary>
    [Fact]
    public void ARoundHasOneMergeInEachEpoch()
    {
        var checker = new CommitChecker(world);
        Commits(checker, 0, 1);
        checker.Asked(world.Nodes[0], Restarted());
        Commits(checker, 0, 2);
        Commits(checker, 1, 1);
        checker.Asked(world.Nodes[1], Restarted());
        Assert.Empty(world.Reports);
        Commits(checker, 1, 1);
        Assert.Equal("one committed merge a round", Assert.Single(world.Reports).Rule);
    }

    /// <summary>Red as the one before, for leaders.</summary>
    [Fact]
    public void ATermHasOneLeaderInEachEpoch()
    {
        var checker = new LeaderChecker(world);
        checker.Asked(world.Nodes[0], new Report(new LeaderClaimed(Contract, 1, 1, A, [A, B])));
        checker.Asked(world.Nodes[0], Restarted());
        checker.Asked(world.Nodes[0], new Report(new LeaderClaimed(Contract, 1, 1, B, [A, B])));
        checker.Asked(world.Nodes[1], new Report(new LeaderClaimed(Contract, 1, 1, A, [A, B])));
        Assert.Empty(world.Reports);
        checker.Asked(world.Nodes[1], Restarted());
        checker.Asked(world.Nodes[1], new Report(new LeaderClaimed(Contract, 1, 1, A, [A, B])));
        Assert.Equal("one leader a term", Assert.Single(world.Reports).Rule);
    }

    /// <summary>
    /// Red if the checker forgets the merges that still stand at a restart: of the open round, or of the last, whose base is kept for that.
    /// </summary>
    [Theory]
    [InlineData(4, 2, true)]
    [InlineData(4, 3, true)]
    [InlineData(3, 2, true)]
    [InlineData(3, 3, false)]
    [InlineData(1, 2, false)]
    public void AMergeThatStandsIsKeptAfterARestart(long restarted, int gone, bool isLost)
    {
        world.Truth = TrainingState.Empty(Contract, new EntryId(Digest.Of("founding"u8)));
        var (checker, disk) = (new CustodyChecker(world), world.Nodes[0].Disk);
        var merges = Enumerable.Range(1, 3).Select(round => disk.Put([(byte)round], 64)).ToArray();
        foreach (var (place, merge) in merges.Index())
        {
            disk.Blob(merge)!.Sync();
            var commit = new Commit(place + 1, 1, 1, A, new MergeClaim(merge, [A]), [A], [], 0) { PaceBefore = new SyncPace(0, 1, []) };
            Folds(checker, new Receipt(place + 1, 1, 1, merge), new Committed(commit));
        }

        Folds(checker, new Restart(restarted), new Reopened(restarted, 1));
        Assert.Empty(world.Reports);
        disk.Remove(merges[gone - 1]);
        checker.Killed(world.Nodes[0]);
        string[] expected = isLost ? ["nothing announced is lost"] : [];
        Assert.Equal(expected, world.Reports.Select(report => report.Rule));
    }

    private void Folds(CustodyChecker checker, TrainingEntry entry, params Happening[] happenings)
    {
        var body = new EntryBody(Contract, 0, A, 1, 1, TrainingState.FoldVersion, 0, default, TrainingEntryCodec.Encode(entry));
        var signed = new SignedEntry(body.Encode(), new PublicKey([1]), [1]);
        checker.Sent(world.Nodes[0], signed);
        checker.Folded(new VerifiedEntry(signed, SignatureValid: true), world.Truth,
            new FoldResult(world.Truth, Refusal.None, entry, [.. happenings]));
    }

    private static Report Restarted() =>
        new(new RoundRestarted(Contract, 1, Epoch: 1, NodeId.Create("sim", "consortium", "admin"), TakenBack: 1, Pair: []));

    private void Commits(CommitChecker checker, int node, byte merge) =>
        checker.Asked(world.Nodes[node], new Report(new RoundCommitted(Contract, 1, 1, A, new BlobId(Digest.Of([merge])), [A, B], [])));
}
