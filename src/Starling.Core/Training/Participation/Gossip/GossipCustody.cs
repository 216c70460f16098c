using Starling.Core.Kernel;

namespace Starling.Core.Training.Participation.Gossip;

/// <summary>
/// Which blobs a node gets, keeps and serves: its own model, its latest update, which is for the neighbours alone and stays until the next
/// one is as safe, and the neighbours' updates of this round.
/// </summary>
internal static class GossipCustody
{
    public static CustodyPlan Plan(NodeState node, Participant p)
    {
        var plan = new CustodyPlan();
        if (p.Fold.Deleted || !p.Fold.Authors.ContainsKey(node.Self.Id))
            return plan;
        var state = GossipState.Of(p);
        plan.Peers.UnionWith(state.Neighbours.Keys);
        PlanOwn(plan, p, state);
        if (GossipProtocol.IsOver(p, state))
            return plan;
        foreach (var (id, neighbour) in state.Neighbours)
            if (neighbour.Offer(state.Round) is { } offer)
            {
                plan.Kept.Add(offer.Update);
                if (neighbour.Taken is null && !node.Held.Contains(offer.Update) && !p.Inspections.ContainsKey(offer.Update))
                    plan.Want(offer.Update, new BlobWant([id]));
            }

        plan.Kept.UnionWith((state.Mix ?? []).Select(input => input.Blob));
        if (state.Mix is [var only])
            plan.Hold(only.Blob);
        if (p.Merging is { Result.IsNone: false } merging)
            plan.Hold(merging.Result);
        return plan;
    }

    private static void PlanOwn(CustodyPlan plan, Participant p, GossipState state)
    {
        if (!state.Model.IsNone)
        {
            plan.Hold(state.Model);
            // It may be an update that was served: it is not any more.
            plan.Share(state.Model, []);
        }

        if (state.Saving is { } saving)
            plan.Hold(saving.Model);
        if (p.Update is { } update)
            plan.Hold(update.Update);
        if (state.Served is not { } served)
            return;
        plan.Hold(served.Update);
        plan.Share(served.Update, [.. state.Neighbours.Keys]);
    }
}
