using System.Collections.Immutable;
using Starling.Core.Identity;
using Starling.Core.Kernel;

namespace Starling.Core.Training.Participation.Leader;

/// <summary>What is inspected and merged: the same for the leader that proposes and for the member that audits in full.</summary>
/// <remarks>Who samples inspects only what the leader left out.</remarks>
internal static class MergeWork
{
    /// <summary>Inspects what came and merges what is chosen.</summary>
    public static void Advance(NodeStep step, ContractId contract)
    {
        var p = step[contract];
        var round = p.Fold.Round!;
        if (p.Fold.Ended || !round.Frozen.Contains(step.Self))
        {
            Forget(step, contract, p, round);
            SampledAudit.Abandon(step, contract);
            return;
        }

        var leads = round.Leader == step.Self;
        if ((leads && round.Proposal is null) || SampledAudit.IsFull(p, round))
            Inspect(step, contract, round, round.Frozen);
        else if (SampledAudit.IsDue(p, round, step.Self))
            Inspect(step, contract, round, [.. SampledAudit.Accused(round)]);
        SampledAudit.Advance(step, contract);
        p = step[contract];
        if (leads && round.Proposal is null)
        {
            Choose(step, contract, p, round);
            if (step[contract].Choice is { } choice && choice.Term == round.Term && choice.Round == round.Round)
                UpdateWork.Merge(step, contract, Inputs(round, choice.Contributors), round.Base, round.Settings);
        }
        else if (!leads && SampledAudit.IsFull(p, round) && !HasVoted(round, step.Self) && Audit(p, round) is { } contributors)
        {
            UpdateWork.Merge(step, contract, Inputs(round, contributors), round.Base, round.Settings);
        }
    }

    /// <summary>Whether a member has voted and need not vote again: who sampled audits in full in a dispute.</summary>
    public static bool HasVoted(RoundState round, NodeId member) =>
        round.Votes.TryGetValue(member, out var vote) && (vote.Full is not null || !round.IsDisputed);

    /// <summary>The merge of these contributors' updates, if this node made it and has synced it.</summary>
    public static BlobId? Result(NodeState node, Participant p, ImmutableArray<NodeId> contributors) =>
        UpdateWork.Result(node, p, Inputs(p.Fold.Round!, contributors), p.Fold.Round!.Base, p.Fold.Round.Settings);

    /// <summary>
    /// Whom an auditor finds that the proposal should merge: its contributors without those whose updates are not admissible, and with
    /// those whom the leader left out falsely. Null while something needed for that has not been inspected, or if too few are left.
    /// </summary>
    public static ImmutableArray<NodeId>? Audit(Participant p, RoundState round)
    {
        if (round.Proposal is not { } proposal)
            return null;
        var right = ImmutableSortedSet.CreateBuilder<NodeId>();
        foreach (var member in proposal.Contributors.Concat(
            round.LeftOut.Where(l => l.Reason != LeftOutReason.Unavailable).Select(l => l.Member)))
        {
            if (!round.Ready.TryGetValue(member, out var ready) || !p.Inspections.TryGetValue(ready.Update, out var inspection)
                || !inspection.IsDone)
                return null;
            if (inspection.Fault is null)
                right.Add(member);
        }

        return right.Count < round.Settings.MinPeers ? null : [.. right];
    }

    private static void Inspect(NodeStep step, ContractId contract, RoundState round, ImmutableSortedSet<NodeId> members)
    {
        foreach (var (member, ready) in round.Ready)
            if (members.Contains(member))
                UpdateWork.Inspect(step, contract, ready.Update, round.Settings);
    }

    /// <summary>
    /// Decides whom to merge: everyone, or, once nothing has come for half the leader timeout, those who could be reached if they are
    /// enough. If all that are missing are behind broken connections, the grace is enough: they may take far longer to come back, and each
    /// round that this node leads would wait for them anew. What only trickles in is not waited for longer than for somebody absent, and
    /// once a leader of the round was replaced only as long as what does not come at all: the others, whose updates are here, see nothing
    /// of it unless the one who lets it trickle tells them, and would replace each leader that waits.
    /// </summary>
    private static void Choose(NodeStep step, ContractId contract, Participant p, RoundState round)
    {
        if (p.Choice is { } choice && choice.Term == round.Term && choice.Round == round.Round)
            return;
        var contributors = ImmutableArray.CreateBuilder<NodeId>();
        var leftOut = ImmutableArray.CreateBuilder<LeftOut>();
        var (isMissing, isComing) = (false, false);
        foreach (var member in round.Frozen)
        {
            if (!round.Ready.TryGetValue(member, out var ready))
            {
                leftOut.Add(new LeftOut(member, LeftOutReason.Unavailable));
            }
            else if (!p.Inspections.TryGetValue(ready.Update, out var inspection) || !inspection.IsDone)
            {
                isMissing = true;
                isComing |= member == step.Self || step.State.PeersUp.Contains(member) || step.State.Held.Contains(ready.Update);
                leftOut.Add(new LeftOut(member, LeftOutReason.Unavailable));
            }
            else if (inspection.Fault is { } fault)
            {
                leftOut.Add(new LeftOut(member, fault));
            }
            else
            {
                contributors.Add(member);
            }
        }

        if (contributors.Count < round.Settings.MinPeers)
            return;
        var patience = LeaderProtocol.LeaderTimeout(round) / 2;
        if (!isComing && round.Settings.Grace < patience)
            patience = round.Settings.Grace;
        var end = p.Clocks.ClaimedAt + LeaderProtocol.AbsentTimeout(round);
        var again = p.Clocks.GatheredAt + (LeaderProtocol.LeaderTimeout(round) / 2);
        if (round.Term > 1 && again < end)
            end = again;
        if (isMissing && !step.Due(p.Clocks.ProgressAt + patience) && !step.Due(end))
            return;
        step[contract] = p with { Choice = new LeaderChoice(round.Round, round.Term, contributors.ToImmutable(), leftOut.ToImmutable()) };
    }

    /// <summary>What is merged, of those members whose updates stand.</summary>
    public static ImmutableArray<MergeInput> Inputs(RoundState round, ImmutableArray<NodeId> contributors) =>
        [.. contributors.Where(round.Ready.ContainsKey)
            .Select(member => new MergeInput(member, round.Ready[member].Update, round.Ready[member].Weight))];

    /// <summary>Drops a merge that no longer serves: its inputs are of another round.</summary>
    private static void Forget(NodeStep step, ContractId contract, Participant p, RoundState round)
    {
        if (p.Merging is { } task
            && !task.Inputs.All(input => round.Ready.TryGetValue(input.Author, out var ready) && ready.Update == input.Blob))
            UpdateWork.Forget(step, contract);
    }
}
