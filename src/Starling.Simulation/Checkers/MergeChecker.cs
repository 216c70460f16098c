using Starling.Core.Blobs;
using Starling.Core.Identity;
using Starling.Core.Kernel;
using Starling.Core.Ledger;
using Starling.Core.Training;
using Starling.Simulation.Nodes;

namespace Starling.Simulation.Checkers;

/// <summary>
/// Where an honest leader's proposal is committed, and where all is audited and most of the frozen members are honest, the committed merge
/// is what an honest node computes from the announced updates of its contributors, none of those is inadmissible or was refused, and nobody
/// was called so falsely. Whatever commits, no honest node merges such an update.
/// </summary>
internal sealed class MergeChecker(IObservedWorld world) : Checker(world)
{
    public override void Asked(IObservedNode node, Effect effect)
    {
        if (!node.IsHonest || effect is not Compute { Computation: MergeUpdates merge } || World.Truth.Settings is not { } settings)
            return;
        foreach (var input in merge.Inputs)
            if (World.Archived(input.Blob) is { } bytes && AdmissibleUpdate.Fault(bytes, settings.SchemaHash) is { } fault)
                World.Report("a refused update is never merged", $"{node.Name} merges {input.Author.Name}'s update, which is {fault}");
    }

    public override void Folded(VerifiedEntry entry, TrainingState before, FoldResult result)
    {
        foreach (var happening in result.Happenings)
            if (happening is Committed { Commit: var commit } && before.Round is { } round
                && (IsHonestlyLed(commit, round) || (round.Settings.Audit == AuditMode.Full && IsMostlyHonest(round))))
                Check(commit, round);
    }

    private bool IsHonestlyLed(Commit commit, RoundState round) =>
        World.Find(round.Leader)?.IsHonest == true && round.Proposal?.Merge == commit.Merge.Merge;

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
                World.Report("a refused update is never merged",
                    $"round {commit.Round} merges {author.Name}'s update {ready.Update.Short}, which nobody ever made");
                return;
            }

            if (AdmissibleUpdate.Fault(bytes, round.Settings.SchemaHash) is { } fault)
            {
                World.Report("a refused update is never merged", $"round {commit.Round} merges {author.Name}'s update, which is {fault}");
                return;
            }

            updates.Add((bytes, ready.Weight));
        }

        foreach (var (member, reason) in round.LeftOut)
            if (reason != LeftOutReason.Unavailable && !commit.Merge.Contributors.Contains(member)
                && round.Ready.TryGetValue(member, out var accused)
                && World.Archived(accused.Update) is { } good && AdmissibleUpdate.Fault(good, round.Settings.SchemaHash) is null)
                World.Report("no good update is refused",
                    $"round {commit.Round} leaves {member.Name} out for an update that is not {reason}");
        var merge = Admission.Merge(round.Settings.MergeRule, round.Settings.MergeParameters, updates, World.Archived(round.Base));
        var digest = merge is null ? BlobId.None : BlobManifest.Of(merge, World.ChunkBytes).Id;
        if (digest != commit.Merge.Merge)
            World.Report("the committed merge is right",
                $"round {commit.Round} committed {commit.Merge.Merge.Short}; its updates merge to {digest.Short}");
    }
}
