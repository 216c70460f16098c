using Starling.Core.Identity;
using Starling.Core.Tasks;
using Starling.Core.Training;
using Starling.Simulation.Nodes;

namespace Starling.Simulation.Checkers;

/// <summary>The world as checkers see it: from above, all at once.</summary>
internal interface IObservedWorld
{
    /// <summary>All nodes.</summary>
    IReadOnlyList<IObservedNode> Observed { get; }

    /// <summary>The fold of the true ledger.</summary>
    TrainingState Truth { get; }

    /// <summary>The fold of the true ledger of the task runner; null if there is none.</summary>
    RunnerState? RunnerTruth { get; }

    /// <summary>Virtual time.</summary>
    TimeSpan Now { get; }

    /// <summary>Since when nothing has been wrong that holds a round up, and nobody lies; null while something may be.</summary>
    TimeSpan? CalmSince { get; }

    /// <summary>Bytes in a chunk.</summary>
    int ChunkBytes { get; }

    /// <summary>How many bytes of a blob count as progress.</summary>
    int ProgressFloorBytes { get; }

    /// <summary>The digest of the true fold after so many entries.</summary>
    Digest TruthAt(long height);

    /// <summary>The digest of the task runner's true fold after so many entries.</summary>
    Digest RunnerTruthAt(long height);

    /// <summary>The node of that name, or null.</summary>
    IObservedNode? Find(NodeId id);

    /// <summary>The bytes of a blob that anyone ever made, or null.</summary>
    byte[]? Archived(BlobId id);

    /// <summary>Something is not as it must be.</summary>
    void Report(string rule, string what, string detail = "");
}
