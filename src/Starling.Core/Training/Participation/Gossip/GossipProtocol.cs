using System.Collections.Immutable;
using Starling.Core.Blobs;
using Starling.Core.Identity;
using Starling.Core.Kernel;

namespace Starling.Core.Training.Participation.Gossip;

/// <summary>
/// The sync protocol without a leader, a quorum or rounds on the ledger: each member trains, exchanges updates with its neighbours,
/// averages, and goes on (D-PSGD, Lian et al., 2017). <c>docs/gossip.md</c> says what it promises and what not. Level-triggered: each line
/// of <see cref="Advance"/> does what is due by the state as it is.
/// </summary>
internal sealed class GossipProtocol : ISyncProtocol
{
    private const int DefaultDegree = 2;
    private static readonly ProtocolParameter Degree =
        new("degree", DefaultDegree, DefaultDegree, NeighbourGraph.MostDegree, IsWhole: true);

    /// <inheritdoc/>
    public string Name => "gossip";

    /// <inheritdoc/>
    public bool UsesRounds => false;

    /// <inheritdoc/>
    public ImmutableArray<ProtocolParameter> Parameters { get; } = [Degree];

    /// <inheritdoc/>
    public ProtocolFault? Check(ImmutableArray<double> values, int members)
    {
        var degree = (int)values[0];
        // The default is a ring, and the ring of two members has one edge.
        if (degree >= members && degree > DefaultDegree)
            return new ProtocolFault(Degree.Name, $"is {degree}, but {members} nodes have only {members - 1} others each; lower it");
        return degree > DefaultDegree && NeighbourGraph.Degree(degree, members) != degree
            ? new ProtocolFault(Degree.Name,
                $"is {degree}, but {members} nodes cannot have so many neighbours each, since both numbers are odd; write {degree - 1} or {degree + 1}")
            : null;
    }

    /// <inheritdoc/>
    public ProtocolFault? CheckMerge(ImmutableArray<double> values, int members, int least)
    {
        var degree = (int)values[0];
        var most = NeighbourGraph.Degree(degree, members) + 1;
        if (least <= most)
            return null;
        // One more if both that and the number of members are odd.
        var enough = Enumerable.Range(least - 1, 2).FirstOrDefault(wanted => NeighbourGraph.Degree(wanted, members) == wanted);
        return new ProtocolFault(Degree.Name,
            $"is {degree}, so no node of {members} ever merges more than {most} models, and the merge rule takes at least {least} with its parameters; "
            + (Degree.Allows(enough) ? $"raise it to {enough}, or lower the rule's parameters" : "lower those, or choose another rule"));
    }

    /// <inheritdoc/>
    public bool Wants(Participant participant, UpdateReady ready)
    {
        var state = GossipState.Of(participant);
        // The first one stands: neighbours may have it.
        return ready.Round == state.Round && ready.Base == state.Model && !IsOver(participant, state) && Own(participant, state) is null;
    }

    /// <inheritdoc/>
    public void Advance(NodeStep step, ContractId contract)
    {
        if (step[contract].Fold.Deleted || step[contract].AuthorOf(step.State.Self) is null)
            return;
        if (step[contract].Update is { } update && !step.State.Held.Contains(update.Update))
            LocalUpdate.Drop(step, contract); // Taken up without its blob, which the disk lost.
        Neighbourhood.Draw(step, contract, DegreeOf(step[contract].Fold.Settings!));
        Tell(step, contract);
        Keep(step, contract);
        Neighbourhood.Announce(step, contract);
        Exchange.Advance(step, contract);
        Assign(step, contract);
    }

    /// <inheritdoc/>
    public CustodyPlan Plan(NodeState node, Participant participant) => GossipCustody.Plan(node, participant);

    /// <inheritdoc/>
    public void Receive(NodeStep step, ContractId contract, NodeId peer, ImmutableArray<byte> payload) =>
        Neighbourhood.Receive(step, contract, peer, payload);

    /// <inheritdoc/>
    public void Hear(NodeStep step, ContractId contract, Input news)
    {
        if (news is PeerUp up)
            Neighbourhood.Meet(step, contract, up.Peer);
    }

    /// <inheritdoc/>
    public void Fetched(NodeStep step, ContractId contract, BlobRequest request, Input news) =>
        Neighbourhood.Fetched(step, contract, request, news);

    /// <inheritdoc/>
    public void Completed(NodeStep step, AwaitedByProtocol awaited, Completion completion) =>
        Exchange.Completed(step, awaited.Contract, completion);

    /// <inheritdoc/>
    public IProtocolState? Restore(NodeState node, ReadOnlySpan<byte> record) =>
        GossipState.Decode(record) is var state && (state.Model.IsNone || node.Held.Contains(state.Model)) ? state : null;

    /// <inheritdoc/>
    public BlobId Announced(ImmutableArray<byte> payload) => Announcement.Decode(payload, null)?.Update ?? BlobId.None;

    /// <summary>
    /// Whether this node trains no more: it has passed all rounds, or averaged the last update of a program that is done, or the
    /// contract has too few members.
    /// </summary>
    public static bool IsOver(Participant p, GossipState state) =>
        p.Fold.Ended || state.Round > p.Fold.Settings!.Rounds || p.Update is { Final: not null } last && last.Round < state.Round;

    /// <summary>This node's own update of its present round, or null.</summary>
    public static LocalUpdateState? Own(Participant p, GossipState state) =>
        p.Update is { } update && update.Round == state.Round && update.Base == state.Model ? update : null;

    private static int DegreeOf(TrainingSettings settings) =>
        (int)settings.ProtocolParameters.Where(given => given.Key == Degree.Name).Select(given => given.Value)
            .DefaultIfEmpty(Degree.Default).First();

    /// <summary>A round is over: watchers hear of it.</summary>
    private static void Tell(NodeStep step, ContractId contract)
    {
        var state = GossipState.Of(step[contract]);
        if (state.IsTold)
            return;
        step.Report(new RoundPassed(contract, state.Round - 1, state.Model, state.With));
        step[contract] = step[contract] with { Protocol = state with { IsTold = true } };
    }

    /// <summary>
    /// Has an update: syncs it, then journals it, and from then on announces it. In this order the journal never names an update that may
    /// be lost, and the one before it is served until then.
    /// </summary>
    private static void Keep(NodeStep step, ContractId contract)
    {
        if (step[contract].Update is not { } update || !step.State.Durable.Contains(update.Update))
            return;
        LocalUpdate.Advance(step, contract);
        var p = step[contract];
        var state = GossipState.Of(p);
        if (!p.Update!.IsRecorded || state.Served?.Update == update.Update && state.Served.Round >= update.Round)
            return;
        // Nothing follows the last update of a program that is done: it may enter every later round of the neighbours.
        var last = update.Final is null or CheckIn.Inactive ? update.Round : p.Fold.Settings!.Rounds;
        step[contract] = p with
        {
            Protocol = state with
            {
                Served = new Announcement(last, update.Update, update.Bytes, update.Weight),
                AnnounceAt = step.Now,
                WaitsSince = step.Now
            },
        };
    }

    /// <summary>The program's next work: this node's own model, once it is held; at the end, to keep it.</summary>
    private static void Assign(NodeStep step, ContractId contract)
    {
        var p = step[contract];
        var state = GossipState.Of(p);
        var isOver = IsOver(p, state);
        if (!p.Reading.HasCaughtUp || (!state.Model.IsNone && !step.State.Durable.Contains(state.Model)))
            return;
        if (!isOver && (!p.Fold.Round!.View.Contains(step.Self) || Own(p, state) is not null))
            return;
        var interval = p.Fold.Round!.SyncInterval;
        var assignment = new Assignment(contract, state.Round, state.Model, isOver ? 0 : interval, (state.Round - 1) * interval, isOver);
        if (p.Assigned == assignment)
            return;
        step[contract] = p with { Assigned = assignment };
        step.Do(new Deliver(assignment));
        if (isOver)
            step.Report(new TrainingEnded(contract, state.Round - 1, state.Model));
    }
}
