using System.Collections.Immutable;
using Starling.Core.Blobs;
using Starling.Core.Identity;
using Starling.Core.Kernel;

namespace Starling.Core.Training.Participation.Gossip;

/// <summary>A node and its neighbours: who they are, what they say, and whether they are waited for.</summary>
internal static class Neighbourhood
{
    /// <summary>
    /// Draws the neighbours anew if the members or the degree are others than before. What is known of those that stay is kept.
    /// </summary>
    public static void Draw(NodeStep step, ContractId contract, int degree)
    {
        var p = step[contract];
        var state = GossipState.Of(p);
        var view = p.Fold.Round!.View;
        if (state.DrawnFor is { } drawn && drawn.Degree == degree && (ReferenceEquals(drawn.View, view) || drawn.View.SetEquals(view)))
            return;
        var neighbours = NeighbourGraph.Of(view, p.Reference.Founding, degree, step.Self)
            .ToImmutableSortedDictionary(id => id, id => state.Neighbours.GetValueOrDefault(id) ?? new Neighbour());
        // An average with someone who is no neighbour any more is begun again, unless it is being journalled.
        var isMixed =
            state.Saving is not null || state.Mix?.All(input => input.Author == step.Self || neighbours.ContainsKey(input.Author)) == true;
        step[contract] = p with
        {
            Protocol =
                state with { DrawnFor = (view, degree), Neighbours = neighbours, Mix = isMixed ? state.Mix : null, AnnounceAt = step.Now },
        };
    }

    /// <summary>
    /// Says to the neighbours what this node serves: at once when that is news or someone came, and again and again, since words get lost.
    /// </summary>
    public static void Announce(NodeStep step, ContractId contract)
    {
        var state = GossipState.Of(step[contract]);
        if (state.Served is not { } served || !step.Due(state.AnnounceAt))
            return;
        var message = new ProtocolMessage(contract, served.Encode());
        foreach (var neighbour in state.Neighbours.Keys)
            if (step.State.PeersUp.Contains(neighbour))
                step.Do(new Send(neighbour, message));
        step[contract] = step[contract] with { Protocol = state with { AnnounceAt = step.Now + step.State.Options.PollInterval } };
        step.Due(step.Now + step.State.Options.PollInterval);
    }

    /// <summary>
    /// Takes in what a peer says, if it is a neighbour and what it says is within bounds. Its latest word counts: who
    /// lost its disk begins anew.
    /// </summary>
    public static void Receive(NodeStep step, ContractId contract, NodeId peer, ImmutableArray<byte> payload)
    {
        var p = step[contract];
        var state = GossipState.Of(p);
        if (!state.Neighbours.TryGetValue(peer, out var neighbour) || Announcement.Decode(payload, p.Fold.Settings) is not { } said
            || said == neighbour.Announced)
            return;
        Set(step, contract, peer, neighbour with { Announced = said, IsGone = false });
    }

    /// <summary>A connection stands: if it is a neighbour's, it is waited for again, and told what this node serves.</summary>
    public static void Meet(NodeStep step, ContractId contract, NodeId peer)
    {
        var state = GossipState.Of(step[contract]);
        if (!state.Neighbours.TryGetValue(peer, out var neighbour))
            return;
        Set(step, contract, peer, neighbour with { IsGone = false });
        step[contract] = step[contract] with { Protocol = GossipState.Of(step[contract]) with { AnnounceAt = step.Now } };
    }

    /// <summary>Bytes of a neighbour's update came: it lives. No more than twice what it announced counts.</summary>
    public static void Fetched(NodeStep step, ContractId contract, BlobRequest request, Input news)
    {
        var state = GossipState.Of(step[contract]);
        if (!state.Neighbours.TryGetValue(request.Peer, out var neighbour) || neighbour.Offer(state.Round) is not { } offer
            || offer.Update != request.Blob)
            return;
        var bytes = news is ChunkProgressed progressed ? progressed.Bytes : 0;
        if (news is not (ChunkProgressed or ChunkArrived) || neighbour.Bytes + bytes > 2 * offer.Bytes)
            return;
        neighbour = neighbour with { Bytes = neighbour.Bytes + bytes, UncountedBytes = neighbour.UncountedBytes + bytes };
        Set(step, contract, request.Peer, news is ChunkArrived || neighbour.UncountedBytes >= step.State.Options.ProgressFloorBytes
            ? neighbour with { ProgressAt = step.Now, UncountedBytes = 0, IsGone = false }
            : neighbour);
    }

    /// <summary>
    /// Whether a neighbour's update is still waited for. Not for longer than the leader timeout without progress, or the absent timeout if
    /// nothing was heard of it yet: whoever is dead delays its neighbours, and stops nobody.
    /// </summary>
    public static bool IsAwaited(NodeStep step, GossipState state, Neighbour neighbour, TrainingSettings settings)
    {
        if (neighbour is not { Taken: null, IsRefused: false, IsGone: false })
            return false;
        var since = neighbour.ProgressAt > state.WaitsSince ? neighbour.ProgressAt : state.WaitsSince;
        return !step.Due(since + (neighbour.Announced is null ? settings.AbsentTimeout : settings.LeaderTimeout));
    }

    /// <summary>Replaces what is known of a neighbour.</summary>
    public static void Set(NodeStep step, ContractId contract, NodeId id, Neighbour neighbour)
    {
        var state = GossipState.Of(step[contract]);
        step[contract] = step[contract] with { Protocol = state with { Neighbours = state.Neighbours.SetItem(id, neighbour) } };
    }
}
