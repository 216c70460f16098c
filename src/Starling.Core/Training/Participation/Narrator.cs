using System.Collections.Immutable;
using Starling.Core.Contracts;
using Starling.Core.Identity;
using Starling.Core.Kernel;
using Starling.Core.Ledger;

namespace Starling.Core.Training.Participation;

/// <summary>Tells in events what became of each folded entry.</summary>
internal static class Narrator
{
    /// <summary>Tells of one entry.</summary>
    public static void Tell(NodeStep step, ContractId contract, TrainingState before, EntryBody body, FoldResult result)
    {
        if (result.Refusal != Refusal.None)
        {
            if (result.Refusal != Refusal.Duplicate)
                step.Report(
                    new EntryRefused(contract, before.Height, body.Author, result.Entry?.GetType().Name ?? "unknown", result.Refusal));
            foreach (var late in result.Happenings.OfType<DisputedLate>())
                step.Report(new LateDispute(contract, late.Round, late.Member, late.Found.Merge));
            return;
        }

        if (result.Entry is Rejoin)
            step.Report(new Rejoining(contract, body.Author, body.Incarnation));
        if (before.Round is { } round && result.Entry is RoundEntry entry)
            TellEntry(step, contract, round, result.State, body.Author, entry);
        foreach (var happening in result.Happenings)
            TellHappening(step, contract, before, happening, result.Entry);
        if (result.Entry is Restart restart)
            TellRestart(step, contract, before, result.State, body.Author, restart);
        if (result.State is { Settings.UsesRounds: true, Round: { } opened }
            && (before.Round is null || before.Round.OpenedAt != opened.OpenedAt))
        {
            step.Report(new RoundOpened(contract, opened.Round, opened.Opening, opened.Base, [.. opened.View]));
            if (!result.State.Ended)
                TellAwaited(step, contract, result.State);
        }
    }

    private static void TellEntry(NodeStep step, ContractId contract, RoundState round, TrainingState after, NodeId author,
        RoundEntry entry)
    {
        switch (entry)
        {
            case Ready e:
                step.Report(new MemberReady(contract, e.Round, author, e.Update, e.Weight, e.Metrics));
                if (round.Leader.IsNone)
                    TellAwaited(step, contract, after);
                break;
            case Claim e:
                step.Report(new LeaderClaimed(contract, e.Round, e.Term, author, [.. after.Round!.Frozen]));
                break;
            case Merged e:
                step.Report(new MergeProposed(contract, e.Round, e.Term, e.Merge, e.Contributors, e.LeftOut));
                break;
            case AuditedFull e:
                step.Report(new MemberVoted(contract, e.Round, e.Term, author,
                    new MergeClaim(e.Merge, e.Contributors).Equals(round.Proposal), AuditMode.Full));
                break;
            case AuditedSampled or Receipt:
                step.Report(new MemberVoted(contract, entry.Round, round.Term, author, ForProposal: true,
                    entry is Receipt ? AuditMode.Off : AuditMode.Sampled));
                break;
            case Suspect e:
                step.Report(new LeaderSuspected(contract, e.Round, e.Term, round.Leader, author));
                break;
        }
    }

    private static void TellHappening(NodeStep step, ContractId contract, TrainingState before, Happening happening, TrainingEntry? cause)
    {
        switch (happening)
        {
            case Committed { Commit: var commit }:
                step.Report(new RoundCommitted(
                    contract, commit.Round, commit.Term, commit.Leader, commit.Merge.Merge, commit.Merge.Contributors, commit.Named));
                break;
            case TermChanged changed:
                var reason = changed.Unresolved ? TermEnd.Unresolved : cause switch
                {
                    Resign or Rejoin => TermEnd.Resigned,
                    Revoke => TermEnd.Expelled,
                    _ => TermEnd.Suspected,
                };
                step.Report(new TermEnded(contract, before.Round!.Round, before.Round.Term, changed.Leader, reason));
                if (changed.Unresolved)
                    step.Report(new Unresolved(contract, before.Round.Round, [.. before.Round.Frozen]));
                break;
            case Reopened when before.Round is { } round:
                step.Report(new TermEnded(contract, round.Round, round.Term, round.Leader, TermEnd.Reopened));
                break;
        }
    }

    private static void TellRestart(NodeStep step, ContractId contract, TrainingState before, TrainingState after, NodeId admin,
        Restart restart) =>
        step.Report(new RoundRestarted(
            contract, restart.Round, after.Epoch, admin, before.Round!.Round - restart.Round,
            restart.Round == before.Round.Round ? [.. before.Round.DisputedPair] : []));

    private static void TellAwaited(NodeStep step, ContractId contract, TrainingState state)
    {
        var round = state.Round!;
        ImmutableArray<NodeId> awaited =
            [.. round.View.Where(member => !round.Ready.ContainsKey(member) && state.Authors[member].Standing != Standing.Expelled)];
        if (!awaited.IsEmpty)
            step.Report(new Awaiting(contract, round.Round, [.. round.Ready.Keys], awaited, round.Settings.MinPeers));
    }
}
