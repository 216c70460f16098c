using Starling.Core.Canonical;
using Starling.Core.Identity;
using Starling.Core.Ledger;
using Starling.Core.Training;
using Starling.Simulation.Nodes;

namespace Starling.Simulation.Checkers;

/// <summary>The blob that an entry announces is durable before the entry leaves the node.</summary>
internal sealed class AnnouncementChecker(IObservedWorld world) : Checker(world)
{
    public override void Sent(IObservedNode node, SignedEntry entry)
    {
        if (node.IsHonest && Blob(entry, World.Truth) is { } blob && !node.Disk.Holds(blob) && IsNews(entry))
            World.Report("saved before announced", $"{node.Name} announces blob {blob.Short}, which is not synced on its disk");
    }

    // An entry that is sent again may be settled since, and its blob let go.
    private bool IsNews(SignedEntry entry) =>
        !World.Truth.Ids.Contains(entry.Id) && TrainingEntryCodec.Decode(entry.Body.Payload) is RoundEntry announced
            && World.Truth.Round is { } round
        && entry.Body.Epoch == World.Truth.Epoch && announced.Round == round.Round && announced.Opening == round.Opening
        && (announced is not TermEntry inTerm || inTerm.Term == round.Term);

    private static BlobId? Blob(SignedEntry entry, TrainingState truth)
    {
        try
        {
            return TrainingEntryCodec.Decode(entry.Body.Payload) switch
            {
                Ready ready => ready.Update,
                Merged merged => merged.Merge,
                AuditedFull audited => audited.Merge,
                Receipt receipt => receipt.Merge,
                AuditedSampled => truth.Round?.Proposal?.Merge,
                _ => null,
            };
        }
        catch (CanonicalFormatException)
        {
            return null;
        }
    }
}
