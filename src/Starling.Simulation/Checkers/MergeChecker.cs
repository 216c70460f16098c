using Starling.Core.Blobs;
using Starling.Core.Identity;
using Starling.Core.Ledger;
using Starling.Core.Training;
using Starling.Simulation.Nodes;

namespace Starling.Simulation.Checkers;

/// <summary>
/// Where all is audited and most of the frozen members are honest, the committed merge is what an honest node computes from the announced
/// updates of its contributors, and none of those is inadmissible or was refused.
/// </summary>
internal sealed class MergeChecker(IObservedWorld world) : Checker(world)
{
    public override void Folded(VerifiedEntry entry, TrainingState before, FoldResult result)
    {
        foreach (var happening in result.Happenings)
            if (happening is Committed { Commit: var commit } && before.Round is { Settings.Audit: AuditMode.Full } round && IsMostlyHonest(round))
                Check(commit, round);
    }

    private bool IsMostlyHonest(RoundState round) => round.IsMajority(round.Frozen.Count(member => World.Find(member)?.IsHonest == true));

    private void Check(Commit commit, RoundState round)
    {
        var updates = new List<(ReadOnlyMemory<byte>, long)>();
        foreach (var author in commit.Merge.Contributors)
        {
            var ready = round.Ready[author];
            var bytes = World.Archived(ready.Update);
            if (bytes is null)
            {
                World.Report("a refused update is never merged", $"round {commit.Round} merges {author.Name}'s update {ready.Update.Short}, which nobody ever made");
                return;
            }

            if (Admission.Judge(bytes, round.Settings.SchemaHash) is { } fault)
            {
                World.Report("a refused update is never merged", $"round {commit.Round} merges {author.Name}'s update, which is {fault}");
                return;
            }

            updates.Add((bytes, ready.Weight));
        }

        var merge = Admission.Merge(round.Settings.MergeRule, round.Settings.MergeParameters, updates, World.Archived(round.Base));
        var digest = merge is null ? BlobId.None : BlobManifest.Of(merge, World.ChunkBytes).Id;
        if (digest != commit.Merge.Merge)
            World.Report("the committed merge is right", $"round {commit.Round} committed {commit.Merge.Merge.Short}; its updates merge to {digest.Short}");
    }
}
