using Starling.Core.Canonical;
using Starling.Core.Identity;
using Starling.Core.Kernel;
using Starling.Core.Training;
using Starling.Core.Training.Participation;
using Starling.Simulation.Checkers;
using Starling.Simulation.Keys;

namespace Starling.Simulation.Tests.Checkers;

/// <summary>Who watches one contract of a node that follows two is neither misled nor appeased by the other one.</summary>
public sealed class TwoContractCheckerTests
{
    private static readonly ContractReference Here = new(ContractId.Parse("training"), new EntryId(Digest.Of("here"u8)));
    private static readonly ContractReference There = new(ContractId.Parse("second"), new EntryId(Digest.Of("there"u8)));
    private readonly FakeWorld world = new();

    public TwoContractCheckerTests()
    {
        world.Truth = TrainingState.Empty(Here.Contract, Here.Founding);
        world.Hashes[0] = TrainingStateCodec.Hash(world.Truth);
        Node.State = NodeKernel.Create(Node.Identity, [Here, There], new SimulatedKeys(new SeededRandom(1)), new KernelOptions());
    }

    private FakeWorld.FakeNode Node => world.Nodes[0];

    /// <summary>Red if the fold of one contract is compared with the ledger of another.</summary>
    [Fact]
    public void TheOtherContractsFoldIsNotCompared()
    {
        var checker = new PrefixChecker(world);
        checker.Stepped(Node, new Woke(), Result);
        Assert.Empty(world.Reports);
        Set(Part(Here) with { Fold = Part(Here).Fold with { Epoch = 1 } });
        checker.Stepped(Node, new Started([], [], []), Result);
        Assert.Equal("folds are prefixes", Assert.Single(world.Reports).Rule);
    }

    /// <summary>Red if a checker does not know which of two contracts it asks after.</summary>
    [Fact]
    public void AnEpochIsThatOfTheContract()
    {
        Set(Part(There) with { Fold = Part(There).Fold with { Epoch = 3 } });
        var commits = new CommitChecker(world);
        commits.Stepped(Node, new Started([], [], []), Result);
        var other = world.Nodes[1];
        Commits(1, Node);
        Commits(2, other);
        Assert.Equal("one committed merge a round", Assert.Single(world.Reports).Rule);

        void Commits(byte merge, FakeWorld.FakeNode node) => commits.Asked(node, new Report(
            new RoundCommitted(Here.Contract, 1, 1, Node.Identity.Id, new BlobId(Digest.Of([merge])), [Node.Identity.Id], [])));
    }

    /// <summary>Red if a node that has read of a restart in the other contract alone is excused in this one.</summary>
    [Fact]
    public void ANodeIsBehindInOneContractAlone()
    {
        Set(Part(There) with { Fold = Part(There).Fold with { Epoch = 3 } });
        var merge = Node.Disk.Put([1], 64);
        new ReplicaChecker(world).Asked(Node, new Report(new MergeHeld(Here.Contract, 1, merge)));
        Assert.Empty(world.Reports);
        Node.Disk.Remove(merge);
        new ReplicaChecker(world).Asked(Node, new Report(new MergeHeld(Here.Contract, 1, merge)));
        Assert.Equal("replicas are equal", Assert.Single(world.Reports).Rule);
    }

    /// <summary>Red if an update for the other contract stands for the one that was announced in this one.</summary>
    [Fact]
    public void AnUpdateOfTheOtherContractKeepsNoPromise()
    {
        world.Truth = world.Truth with { Settings = Scenarios.SyntheticGossipTwo.Settings };
        var checker = new PromiseChecker(world);
        var (update, other) = (Node.Disk.Put([1], 64), Node.Disk.Put([2], 64));
        foreach (var blob in new[] { update, other })
            Node.Disk.Blob(blob)!.Sync();
        checker.Stepped(Node, Ready(Here, update), Result);
        checker.Asked(Node, new Send(world.Nodes[1].Identity.Id,
            new ProtocolMessage(Here.Contract, [.. new CanonicalWriter().Int64(1).Blob(update).Int64(1).Int64(1).Written])));
        checker.Stepped(Node, Ready(There, other), Result);
        Assert.Empty(world.Reports);
        Node.Disk.Remove(update);
        checker.Killed(Node);
        Assert.Equal("nothing announced is lost", Assert.Single(world.Reports).Rule);
    }

    private StepResult Result => new(Node.State!, []);

    private Participant Part(ContractReference contract) => Node.State!.Contracts[contract.Contract];

    private void Set(Participant part) =>
        Node.State = Node.State! with { Contracts = Node.State.Contracts.SetItem(part.Reference.Contract, part) };

    private static UpdateReady Ready(ContractReference contract, BlobId update) =>
        new(contract.Contract, 1, BlobId.None, update, 1, 1, UpdateMetrics.None);
}
