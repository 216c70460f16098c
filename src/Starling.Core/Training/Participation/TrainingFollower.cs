using Starling.Core.Contracts;
using Starling.Core.Kernel;
using Starling.Core.Ledger;

namespace Starling.Core.Training.Participation;

/// <summary>Folds a training contract's entries for this node, sets its clocks by them, and tells of them.</summary>
internal static class TrainingFollower
{
    /// <summary>Folds one entry and sets the clocks by it.</summary>
    /// <param name="step">The step.</param>
    /// <param name="p">This node's part in the contract.</param>
    /// <param name="entry">Its next entry.</param>
    /// <param name="tells">Whether watchers hear of it. Not of what was mirrored: they heard of it before the node started again.</param>
    public static void Fold(NodeStep step, Participant p, VerifiedEntry entry, bool tells)
    {
        var contract = p.Reference.Contract;
        var result = TrainingFold.Apply(p.Fold, entry, step.State.Certifier);
        step[contract] = Timed(p with { Fold = result.State }, p.Fold, result, step.Now);
        if (result.State.Epoch != p.Fold.Epoch)
            LocalUpdate.Restart(step, contract);
        if (tells)
            Narrator.Tell(step, contract, p.Fold, entry.Entry.Body, result);
        if (SetAside.Unreadable(p.Fold, entry, result.Refusal) is { } unreadable)
            step.SetAside(contract, unreadable);
        else if (result.State.Settings is { } settings && SyncProtocols.Find(settings.Protocol) is null)
            step.SetAside(contract, SetAside.UnknownProtocol(contract, settings.Protocol));
        else if (result.State.Round is { } round && 2 * round.Dissent.Count > round.View.Count)
            step.SetAside(contract, SetAside.Diverged(contract, round.OpenedAt));
    }

    private static Participant Timed(Participant p, TrainingState before, FoldResult result, Instant now)
    {
        var (old, round) = (before.Round, result.State.Round);
        if (round is null)
            return p;
        if (old is null || old.Round != round.Round || old.Opening != round.Opening || before.Epoch != result.State.Epoch)
            return p with { Clocks = RoundClocks.Opened(now), Inspections = p.Inspections.Clear(), Choice = null };
        var clocks = p.Clocks;
        if (round.Term != old.Term)
            clocks = clocks.TermBegan(now);
        if (round.Leader != old.Leader)
            clocks = clocks.Claimed(now);
        else if (round.Proposal != old.Proposal)
            clocks = clocks.Progressed(now);
        if (round.Ready.Count > old.Ready.Count)
            clocks = clocks with
            {
                ReadySince = now,
                EnoughSince = clocks.EnoughSince == Instant.Never && round.Ready.Count >= round.Settings.MinPeers ? now : clocks.EnoughSince
            };
        if (round.Term != old.Term
            || (result.Refusal == Refusal.None && result.Entry is Ready or Claim or Merged or AuditedFull or AuditedSampled or Receipt))
            clocks = clocks with { AcceptedAt = now };
        return p with { Clocks = clocks };
    }
}
