using System.Collections.Immutable;
using System.Diagnostics;
using Starling.Api;
using Starling.Core.Identity;
using Starling.Core.Kernel;
using Starling.Core.Tasks.Operating;
using Starling.Core.Training;
using Starling.Core.Training.Participation;
using Starling.Daemon.Events;
using Starling.Node.Events;
using Starling.Node.Loop;

namespace Starling.Daemon.Http;

/// <summary>Puts into words what a node is doing.</summary>
/// <param name="kernel">What it folded.</param>
/// <param name="traffic">What it exchanged.</param>
/// <param name="pace">What it measured.</param>
/// <param name="events">What it told.</param>
/// <param name="identity">What it shows to others.</param>
internal sealed class StatusView(KernelDriver kernel, Traffic traffic, Pace pace, EventStream events, IdentityWatch identity)
{
    private readonly long start = Stopwatch.GetTimestamp();

    /// <summary>The node at this moment: with regard to the training contract that it is busy with, or else to its task runner.</summary>
    public NodeStatus Describe()
    {
        var state = kernel.State;
        var runner = state.Runners.Values.FirstOrDefault();
        return TaskView.Training(state) is { } training && (runner is null || !IsOver(state, training))
            ? Describe(state, training)
            : Describe(state, runner!, TaskView.Training(state));
    }

    private static bool IsOver(NodeState state, Participant p) => p.Fold.Ended && p.Fold.Round is { } round && (round.Base.IsNone || state.Durable.Contains(round.Base));

    private NodeStatus Describe(NodeState state, RunnerPart runner, Participant? last)
    {
        var (phase, sentence) = TaskView.Phase(state.Self.Id, runner);
        var (local, merged) = pace.Measured;
        var rounds = last?.Fold.Settings?.Rounds ?? 0;
        return new NodeStatus(
            state.Self.Id.Value, state.Self.Id.Organisation, Software.Version, phase, sentence, last?.Reference.Contract.Value ?? runner.Reference.Contract.Value,
            Math.Min(last?.Fold.Round?.Round ?? 0, rounds), rounds, 0, 0, 0, null, [], [], [],
            runner.Fold.Height, runner.Fold.ChainHash.ToString(), last?.Latest is (_, var model) ? EventProjection.Name(model) : null, traffic.Received, traffic.Sent,
            local is null ? null : EventProjection.Project(local.Round, local.Evaluation),
            merged is null ? null : EventProjection.Project(merged.Round, merged.Evaluation),
            Stopwatch.GetElapsedTime(start).TotalSeconds, null, events.Last, identity.Current.Credentials.Expires, identity.Warnings);
    }

    private NodeStatus Describe(NodeState state, Participant p)
    {
        var self = state.Self.Id;
        var (fold, round) = (p.Fold, p.Fold.Round);
        var own = p.Protocol;
        var number = own?.Round ?? round?.Round ?? 0;
        var (phase, sentence) = own is null ? Phase(state, p) : OwnRoundView.Phase(state, p, own);
        var (local, merged) = pace.Measured;
        var rounds = fold.Settings?.Rounds ?? 0;
        return new NodeStatus(
            self.Value, self.Organisation, Software.Version, phase, sentence, p.Reference.Contract.Value,
            Math.Min(number, rounds), rounds, round?.Opening ?? 0, round?.Term ?? 0, round?.Settings.MinPeers ?? 0,
            round is null || round.Leader.IsNone ? null : round.Leader.Value,
            EventProjection.Names(round?.View ?? []),
            EventProjection.Names(round?.Ready.Keys ?? []),
            EventProjection.Names(phase == NodePhase.Finished || round is null || fold.Ended ? [] : own?.Awaited ?? Awaited(round)),
            fold.Height, fold.ChainHash.ToString(), EventProjection.Name(own?.Model ?? round?.Base ?? default),
            traffic.Received, traffic.Sent,
            local is null ? null : EventProjection.Project(local.Round, local.Evaluation),
            merged is null ? null : EventProjection.Project(merged.Round, merged.Evaluation),
            Stopwatch.GetElapsedTime(start).TotalSeconds,
            phase == NodePhase.Finished || round is null || fold.Ended ? null : pace.Remaining(rounds - number + 1)?.TotalSeconds,
            events.Last,
            identity.Current.Credentials.Expires,
            identity.Warnings);
    }

    private static ImmutableArray<NodeId> Awaited(RoundState round) => [.. round.View.Where(member => !round.Ready.ContainsKey(member))];

    /// <summary>A member as people call it.</summary>
    internal static string Short(NodeId node) => $"{node.Organisation}/{node.Name}";

    private static (NodePhase Phase, string Sentence) Phase(NodeState state, Participant p)
    {
        var self = state.Self.Id;
        var (fold, round) = (p.Fold, p.Fold.Round);
        if (round is null)
            return (NodePhase.Registered, $"The node waits for contract {fold.Contract} to be founded.");
        if (!round.Base.IsNone && !state.Durable.Contains(round.Base))
            return (NodePhase.Syncing, $"The node fetches the merge of round {round.Round - 1}.");
        if (fold.Ended)
            return (NodePhase.Finished, $"Training has ended after {round.Round - 1} rounds.");
        if (!p.Reading.HasCaughtUp)
            return (NodePhase.Registered, "The node reads the ledger.");
        if (!round.View.Contains(self))
            return (NodePhase.Waiting, $"The node is no member of round {round.Round}.");
        if (!round.Ready.ContainsKey(self))
            return (NodePhase.Training, $"The node trains round {round.Round}.");
        if (round.Leader.IsNone)
            return (NodePhase.Waiting, round.Ready.Count < round.Settings.MinPeers
                ? $"{round.Ready.Count} of {round.Settings.MinPeers} needed members are ready; awaited: {string.Join(", ", Awaited(round).Select(Short))}."
                : "Enough members are ready; a leader is awaited.");
        if (round.Leader == self)
            return (NodePhase.Merging, round.Proposal is null
                ? $"The node leads term {round.Term}: it gathers and merges {round.Frozen.Count} updates."
                : $"The node leads term {round.Term}: {round.Votes.Count} of {round.Frozen.Count} have voted for its merge.");
        if (!round.Frozen.Contains(self))
            return (NodePhase.Waiting, $"The node was ready after {Short(round.Leader)} had claimed term {round.Term}; it waits for the commit.");
        return round.Proposal is null
            ? (NodePhase.Waiting, $"{Short(round.Leader)} leads term {round.Term}; its merge is awaited.")
            : (NodePhase.Auditing, $"{Short(round.Leader)} has proposed a merge; {round.Votes.Count} of {round.Frozen.Count} have voted.");
    }
}
