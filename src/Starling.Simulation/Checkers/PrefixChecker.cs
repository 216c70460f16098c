using Starling.Core.Kernel;
using Starling.Core.Training;
using Starling.Simulation.Nodes;

namespace Starling.Simulation.Checkers;

/// <summary>Honest nodes' folds are prefixes of one history: at the same height they have the same state, bit for bit.</summary>
internal sealed class PrefixChecker(IObservedWorld world) : Checker(world)
{
    private readonly SortedDictionary<int, long> heights = [];

    public override void Stepped(IObservedNode node, Input input, StepResult result)
    {
        if (!node.IsHonest || result.State.Contracts.GetValueOrDefault(World.Truth.Contract) is not { } part
            || (heights.TryGetValue(node.Index, out var height) && height == part.Fold.Height && input is not Started))
            return;
        heights[node.Index] = part.Fold.Height;
        Check(node, part.Fold);
    }

    public void Check(IObservedNode node, TrainingState fold)
    {
        if (fold.Height > World.Truth.Height)
            World.Report("folds are prefixes", $"{node.Name} folded {fold.Height} entries; the ledger has {World.Truth.Height}");
        else if (TrainingStateCodec.Hash(fold) != World.TruthAt(fold.Height))
            World.Report("folds are prefixes", $"{node.Name} has another state than the ledger at height {fold.Height}");
    }
}
