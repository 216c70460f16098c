using Starling.Core.Kernel;
using Starling.Core.Ledger;
using Starling.Core.Tasks;
using Starling.Simulation.Nodes;

namespace Starling.Simulation.Checkers;

/// <summary>
/// A task runner has one run at a time, and all replicas of it agree: at the same height they have the same state, bit for bit.
/// </summary>
internal sealed class RunnerChecker(IObservedWorld world) : Checker(world)
{
    private readonly SortedDictionary<int, long> heights = [];

    public override void Folded(VerifiedEntry entry, RunnerState before, RunnerFoldResult result)
    {
        var runs = result.State.Runs;
        if (runs.Count(run => run.IsActive) > 1
            || runs.Zip(runs.Skip(1)).Any(pair => pair.First.IsActive || pair.Second.Number != pair.First.Number + 1))
            World.Report("one run at a time",
                $"runs {string.Join(' ', runs.Select(run => $"{run.Number}:{run.State}"))} after entry {before.Height}");
        if (before.Run is { IsActive: false } over && !result.State.Runs.Contains(over)
            && result.State.Runs.Any(run => run.Number == over.Number))
            World.Report("one run at a time", $"run {over.Number} was over, and is changed by entry {before.Height}");
    }

    public override void Stepped(IObservedNode node, Input input, StepResult result)
    {
        if (!node.IsHonest)
            return;
        foreach (var part in result.State.Runners.Values)
        {
            if (heights.TryGetValue(node.Index, out var height) && height == part.Fold.Height && input is not Started)
                continue;
            heights[node.Index] = part.Fold.Height;
            if (part.Fold.Height > World.RunnerTruth!.Height)
                World.Report("folds are prefixes",
                    $"{node.Name} folded {part.Fold.Height} entries of the task runner; the ledger has {World.RunnerTruth.Height}");
            else if (RunnerStateCodec.Hash(part.Fold) != World.RunnerTruthAt(part.Fold.Height))
                World.Report("folds are prefixes",
                    $"{node.Name} has another state of the task runner than the ledger at height {part.Fold.Height}");
        }
    }
}
