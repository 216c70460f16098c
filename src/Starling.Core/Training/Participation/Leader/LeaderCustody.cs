using System.Collections.Immutable;
using Starling.Core.Blobs;
using Starling.Core.Identity;
using Starling.Core.Kernel;

namespace Starling.Core.Training.Participation.Leader;

/// <summary>
/// Which blobs a member of the leader protocol gets, keeps and serves. An update is for the term's leader, and for the auditors if there
/// are any; a committed merge is for every member until the next one is committed, and stays one round longer, so that an admin can restart
/// the round that committed it or the one after.
/// </summary>
internal static class LeaderCustody
{
    public static CustodyPlan Plan(NodeState node, Participant p)
    {
        var plan = new CustodyPlan();
        var self = node.Self.Id;
        plan.Peers.UnionWith(p.Fold.Authors.Where(author => author.Value.MayHaveMerges && author.Key != self).Select(author => author.Key));
        if (p.Fold.Deleted || p.Fold.Round is not { } round || !p.Fold.Authors.ContainsKey(self))
            return plan;
        PlanBase(plan, node, p, round);
        PlanUpdates(plan, node, p, round);
        PlanMerge(plan, node, p, round);
        PlanPromises(plan, p, round, self);
        return plan;
    }

    private static void PlanBase(CustodyPlan plan, NodeState node, Participant p, RoundState round)
    {
        if (round.Base.IsNone)
            return;
        if (p.Fold.Commits is [.., var before, _])
            plan.Kept.Add(before.Merge.Merge); // The base of the round that has committed last, should an admin restart it.
        plan.Hold(round.Base);
        var members = p.Fold.Authors.Where(a => a.Value.MayHaveMerges).Select(a => a.Key);
        plan.Share(round.Base, members.ToImmutableSortedSet().Remove(node.Self.Id));
        if (!node.Held.Contains(round.Base))
            plan.Want(round.Base,
                new BlobWant((p.Fold.LastCommit?.Holders ?? []).Concat(round.Ready.Keys).ToImmutableSortedSet().Remove(node.Self.Id)));
    }

    private static void PlanUpdates(CustodyPlan plan, NodeState node, Participant p, RoundState round)
    {
        var self = node.Self.Id;
        if (p.Update is { } own && own.Round >= round.Round && !p.Fold.Ended)
            plan.Hold(own.Update);

        // Who samples needs chunks of every update, and whatever the leader left out.
        var audience = round.Leader.IsNone || !round.Frozen.Contains(self) ? []
            : round.Settings.Audit == AuditMode.Off ? ImmutableSortedSet.Create(round.Leader).Remove(self) : round.Frozen.Remove(self);
        var isFull = SampledAudit.IsFull(p, round);
        var gathers = round.Frozen.Contains(self) && ((round.Leader == self && round.Proposal is null) || isFull);
        var isSample = SampledAudit.IsDue(p, round, self);
        var chunks = isSample && p.Sample is { Chunks.IsEmpty: false } sample && sample.IsOf(round) ? sample.Chunks : null;
        foreach (var (member, ready) in round.Ready)
        {
            plan.Kept.Add(ready.Update);
            plan.Share(ready.Update, audience);
            var isAccused = isSample && SampledAudit.Accused(round).Contains(member);
            if (node.Held.Contains(ready.Update) || !round.Frozen.Contains(member) || member == self)
                continue;
            if (p.Inspections.TryGetValue(ready.Update, out var inspection) && inspection.IsDone)
                continue;
            var holders = ImmutableSortedSet.Create(member, round.Leader)
                .Union(round.Votes.Where(v => v.Value.Full is not null).Select(v => v.Key)).Remove(self);
            if (gathers || isAccused)
                plan.Want(ready.Update, new BlobWant(holders));
            else if (chunks is not null && round.Proposal!.Contributors.Contains(member))
                plan.Want(ready.Update, new BlobWant(holders, chunks));
        }
    }

    private static void PlanMerge(CustodyPlan plan, NodeState node, Participant p, RoundState round)
    {
        var self = node.Self.Id;
        if (p.Merging is { Result.IsNone: false } merging)
            plan.Hold(merging.Result);

        // Who came too late for the claim fetches the merge, too, while others audit it: at the commit it is no further back than they are.
        // If it began to fetch only then, a large model and short rounds would keep it out of every next claim.
        if (round.Proposal is not { } proposal || !round.View.Contains(self))
            return;
        plan.Kept.Add(proposal.Merge);
        plan.Share(proposal.Merge, round.View.Remove(self));
        if (round.Frozen.Contains(self) && SampledAudit.IsFull(p, round))
            return;
        plan.Saved.Add(proposal.Merge);
        var isTooLarge = p.Inspections.GetValueOrDefault(proposal.Merge)?.Fault == LeftOutReason.TooLarge;
        if (!node.Held.Contains(proposal.Merge) && !isTooLarge)
            PlanSpread(plan, p, round, proposal.Merge, self);
    }

    /// <summary>
    /// All who fetch the merge do so at once, and from each other: everybody, or, where it is audited in full, those who
    /// are not in the frozen set.
    /// </summary>
    private static void PlanSpread(CustodyPlan plan, Participant p, RoundState round, BlobId merge, NodeId self)
    {
        var members = (SampledAudit.IsFull(p, round) ? round.View.Except(round.Frozen) : round.View).Remove(round.Leader);
        var whole = round.Votes.Keys.Where(v => v != self).ToImmutableSortedSet();
        plan.Want(merge, new BlobWant(whole.Union(members).Remove(self), Spread: BlobSpread.For(round.Leader, members, self, whole)));
    }

    /// <summary>
    /// What an entry under way announces and what this node voted for stays, also after a restart has forgotten how it was made.
    /// </summary>
    private static void PlanPromises(CustodyPlan plan, Participant p, RoundState round, NodeId self)
    {
        var announced = p.Outbox.Entry is { } entry ? TrainingEntryCodec.Decode(entry.Body.Payload) : null;
        var promised = announced switch
        {
            Ready ready => ready.Update,
            Merged merged => merged.Merge,
            AuditedFull audited => audited.Merge,
            Receipt receipt => receipt.Merge,
            _ => BlobId.None,
        };
        foreach (var blob in new[] { promised, round.Votes.GetValueOrDefault(self)?.Full?.Merge ?? BlobId.None })
            if (!blob.IsNone)
            {
                plan.Kept.Add(blob);
                plan.Saved.Add(blob);
            }
    }
}
