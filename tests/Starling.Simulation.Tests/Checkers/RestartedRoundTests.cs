using Starling.Core.Identity;
using Starling.Core.Kernel;
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

    private static Report Restarted() =>
        new(new RoundRestarted(Contract, 1, Epoch: 1, NodeId.Create("sim", "consortium", "admin"), TakenBack: 1, Pair: []));

    private void Commits(CommitChecker checker, int node, byte merge) =>
        checker.Asked(world.Nodes[node], new Report(new RoundCommitted(Contract, 1, 1, A, new BlobId(Digest.Of([merge])), [A, B], [])));
}
