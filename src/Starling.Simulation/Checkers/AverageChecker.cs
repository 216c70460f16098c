using Starling.Core.Blobs;
using Starling.Core.Identity;
using Starling.Core.Kernel;
using Starling.Simulation.Nodes;

namespace Starling.Simulation.Checkers;

/// <summary>
/// Where each member averages for itself: no honest node averages an update that is inadmissible or that nobody has, and what it goes on
/// from is the average of what it says, its own update among it.
/// </summary>
internal sealed class AverageChecker(IObservedWorld world) : Checker(world)
{
    /// <summary>Of so many merges a node's last pass may tell: a crash, or a neighbour that is expelled, makes it merge again.</summary>
    private const int Remembered = 8;

    private readonly SortedDictionary<NodeId, List<MergeUpdates>> merges = [];

    public override void Asked(IObservedNode node, Effect effect)
    {
        if (!node.IsHonest)
            return;
        if (effect is Compute { Computation: MergeUpdates merge })
            CheckInputs(node, merge);
        else if (effect is Report { Event: RoundPassed passed })
            CheckModel(node, passed);
    }

    private void CheckInputs(IObservedNode node, MergeUpdates merge)
    {
        var known = Of(node);
        known.Add(merge);
        if (known.Count > Remembered)
            known.RemoveAt(0);
        foreach (var input in merge.Inputs)
            if (World.Archived(input.Blob) is not { } bytes)
                World.Report("a refused update is never averaged",
                    $"{node.Name} averages {input.Author.Name}'s update {input.Blob.Short}, which nobody ever made");
            else if (AdmissibleUpdate.Fault(bytes, World.Truth.Settings!.SchemaHash) is { } fault)
                World.Report("a refused update is never averaged", $"{node.Name} averages {input.Author.Name}'s update, which is {fault}");
        if (merge.Inputs.All(input => input.Author != node.Identity.Id))
            World.Report("an average is right", $"{node.Name} averages without its own update");
    }

    private void CheckModel(IObservedNode node, RoundPassed passed)
    {
        var authors = passed.With.Append(node.Identity.Id).Order().ToList();
        if (passed.With.IsEmpty
            || Of(node).Any(merge => merge.Inputs.Select(input => input.Author).SequenceEqual(authors) && Result(merge) == passed.Model))
            return;
        World.Report("an average is right",
            $"{node.Name} goes on from {passed.Model.Short} in round {passed.Round}, which is no average of the updates that it names");
    }

    private BlobId Result(MergeUpdates merge)
    {
        var updates = merge.Inputs.Select(input => ((ReadOnlyMemory<byte>)World.Archived(input.Blob), input.Weight));
        return Admission.Merge(merge.Rule, merge.Parameters, updates, World.Archived(merge.Base), merge.OwnPlace) is { } bytes
            ? BlobManifest.Of(bytes, World.ChunkBytes).Id : BlobId.None;
    }

    private List<MergeUpdates> Of(IObservedNode node)
    {
        if (!merges.TryGetValue(node.Identity.Id, out var known))
            merges[node.Identity.Id] = known = [];
        return known;
    }
}
