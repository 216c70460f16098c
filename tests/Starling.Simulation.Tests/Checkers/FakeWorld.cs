using Starling.Core.Identity;
using Starling.Core.Kernel;
using Starling.Core.Tasks;
using Starling.Core.Training;
using Starling.Simulation.Checkers;
using Starling.Simulation.Nodes;
using Starling.Simulation.Storage;

namespace Starling.Simulation.Tests.Checkers;

/// <summary>A world that a test makes up, to show a checker what it must see.</summary>
internal sealed class FakeWorld : IObservedWorld
{
    public List<FakeNode> Nodes { get; } = [.. Enumerable.Range(0, 3).Select(index => new FakeNode(index))];

    public List<(string Rule, string What)> Reports { get; } = [];

    public Dictionary<BlobId, byte[]> Blobs { get; } = [];

    public TrainingState Truth { get; set; } = null!;

    public Dictionary<long, Digest> Hashes { get; } = [];

    public RunnerState? RunnerTruth { get; set; }

    public Dictionary<long, Digest> RunnerHashes { get; } = [];

    public IReadOnlyList<IObservedNode> Observed => Nodes;

    public TimeSpan Now { get; set; }

    public TimeSpan? CalmSince { get; set; }

    public int ChunkBytes => 64;

    public int ProgressFloorBytes => 16;

    public Digest TruthAt(long height) => Hashes[height];

    public Digest RunnerTruthAt(long height) => RunnerHashes[height];

    public IObservedNode? Find(NodeId id) => Nodes.Find(node => node.Identity.Id == id);

    public byte[]? Archived(BlobId id) => Blobs.GetValueOrDefault(id);

    public void Report(string rule, string what, string detail = "") => Reports.Add((rule, what));

    internal sealed class FakeNode(int index) : IObservedNode
    {
        public int Index => index;

        public string Name => $"n{index}";

        public NodeIdentity Identity { get; } = new(NodeId.Create("sim", "org", $"n{index}"), new PublicKey([(byte)index]));

        public bool IsHonest { get; set; } = true;

        public SimulatedDisk Disk { get; } = new();

        public Instant Now { get; set; }

        public TimeSpan? WentOnAt { get; set; }

        public NodeState? State { get; set; }
    }
}
