using Starling.Core.Blobs;
using Starling.Core.Canonical;
using Starling.Core.Identity;
using Starling.Core.Kernel;
using Starling.Core.Models;
using Starling.Core.Training;
using Starling.Simulation.Checkers;

namespace Starling.Simulation.Tests.Checkers;

/// <summary>
/// The checkers of rounds that members go through each by itself can fail: each is shown a violation, and the same without it.
/// </summary>
public sealed class OwnRoundsCheckerTests
{
    private static readonly ContractId Contract = ContractId.Parse("training");
    private static readonly StepResult Nothing = new(NodeKernel.Create(
        new NodeIdentity(NodeId.Create("sim", "org", "x"), new PublicKey([1])), [], new Simulation.Keys.SimulatedKeys(new SeededRandom(1)),
        new KernelOptions()), []);

    private readonly FakeWorld world = new();

    public OwnRoundsCheckerTests() => world.Truth = TrainingState.Empty(Contract, new EntryId(Digest.Of("founding"u8))) with
    {
        Settings = new TrainingSettings("gossip", 8, 1, 2, AuditMode.Full, "mean", [], Model(0).Schema.Hash, 1 << 20,
            TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(9), TimeSpan.Zero, TimeSpan.Zero),
    };

    [Fact]
    public void AnUpdateAnnouncedBeforeItIsSynced()
    {
        var (checker, node) = (new PromiseChecker(world), world.Nodes[0]);
        var update = node.Disk.Put([1], 64);
        checker.Stepped(node, HandedOver(update), Nothing);
        checker.Asked(node, Announced(update));
        Assert.Equal("saved before announced", Assert.Single(world.Reports).Rule);
        node.Disk.Blob(update)!.Sync();
        checker.Asked(node, Announced(update));
        Assert.Single(world.Reports);
    }

    [Fact]
    public void AnAnnouncedUpdateThatIsLostBeforeThereIsALaterOne()
    {
        var (checker, node) = (new PromiseChecker(world), world.Nodes[0]);
        var (first, second) = (node.Disk.Put([1], 64), node.Disk.Put([2], 64));
        node.Disk.Blob(first)!.Sync();
        checker.Stepped(node, HandedOver(first), Nothing);
        checker.Asked(node, Announced(first));
        checker.Stepped(node, HandedOver(second), Nothing);
        node.Disk.Blob(second)!.Sync();
        node.Disk.Remove(first);
        checker.Killed(node);
        Assert.Empty(world.Reports);
        node.Disk.Remove(second);
        checker.Killed(node);
        Assert.Equal("nothing announced is lost", Assert.Single(world.Reports).Rule);
    }

    [Fact]
    public void ALostDiskTakesItsPromisesWithIt()
    {
        var (checker, node) = (new PromiseChecker(world), world.Nodes[0]);
        var update = node.Disk.Put([1], 64);
        node.Disk.Blob(update)!.Sync();
        checker.Stepped(node, HandedOver(update), Nothing);
        checker.Asked(node, Announced(update));
        node.Disk.Lose();
        checker.Killed(node);
        Assert.Empty(world.Reports);
    }

    [Fact]
    public void AnAverageWithAnInadmissibleUpdateOrOneThatNobodyMade()
    {
        var (checker, node) = (new AverageChecker(world), world.Nodes[0]);
        var (own, good, bad) = (Archive(Model(1)), Archive(Model(2)), Archive(Model(float.NaN)));
        checker.Asked(node, Merge(own, good));
        Assert.Empty(world.Reports);
        checker.Asked(node, Merge(own, bad));
        checker.Asked(node, Merge(own, new BlobId(Digest.Of("nobody"u8))));
        Assert.Equal(["a refused update is never averaged", "a refused update is never averaged"],
            world.Reports.Select(report => report.Rule));
    }

    [Fact]
    public void ARoundThatEndsWithAnotherModelThanItsAverage()
    {
        var (checker, node) = (new AverageChecker(world), world.Nodes[0]);
        var (own, good, average, other) = (Archive(Model(1)), Archive(Model(2)), Archive(Model(1.5f)), Archive(Model(1.6f)));
        checker.Asked(node, Merge(own, good));
        checker.Asked(node, Passed(average));
        Assert.Empty(world.Reports);
        checker.Asked(node, Passed(other));
        Assert.Equal("an average is right", Assert.Single(world.Reports).Rule);
    }

    private static UpdateReady HandedOver(BlobId update) => new(Contract, 1, BlobId.None, update, 1, 1, UpdateMetrics.None);

    private static Send Announced(BlobId update) =>
        new(NodeId.Create("sim", "org", "n1"),
            new ProtocolMessage(Contract, [.. new CanonicalWriter().Int64(1).Blob(update).Int64(1).Int64(1).Written]));

    private static ModelState Model(float value)
    {
        var state = new ModelState(new ModelSchema([new TensorSpec("x", 4)]));
        Array.Fill(state.Values, value);
        return state;
    }

    private Compute Merge(BlobId own, BlobId other) => new(new OperationId(1), new MergeUpdates(
        "mean", [], [new MergeInput(world.Nodes[0].Identity.Id, own, 1), new MergeInput(world.Nodes[1].Identity.Id, other, 1)]));

    private Report Passed(BlobId model) => new(new RoundPassed(Contract, 1, model, [world.Nodes[1].Identity.Id]));

    private BlobId Archive(ModelState state)
    {
        var bytes = Safetensors.Write(state);
        var id = BlobManifest.Of(bytes, world.ChunkBytes).Id;
        world.Blobs[id] = bytes;
        return id;
    }
}
