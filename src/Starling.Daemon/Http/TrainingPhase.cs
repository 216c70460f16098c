using System.Collections.Immutable;
using Starling.Api;
using Starling.Core.Contracts;
using Starling.Core.Identity;
using Starling.Core.Kernel;
using Starling.Core.Training;
using Starling.Core.Training.Participation;
using Starling.Node.Events;
using Starling.Node.Programs;

namespace Starling.Daemon.Http;

/// <summary>Puts into words what a node is doing for a training contract.</summary>
/// <param name="programs">Whether its program is there.</param>
internal sealed class TrainingPhase(ProgramHost programs)
{
    /// <summary>Members of the open round whose update is not announced, and may still be.</summary>
    public static ImmutableArray<NodeId> Awaited(TrainingState fold) =>
        [.. fold.Round!.View.Where(member => !fold.Round.Ready.ContainsKey(member) && !ExpulsionNotice.HasExpelled(fold, member))];

    /// <summary>Members of the open round that a node has no connection to, and should have.</summary>
    public static ImmutableArray<NodeId> Unconnected(NodeState state, TrainingState fold) =>
        [.. fold.Round!.View.Where(
            member => member != state.Self.Id && !state.PeersUp.Contains(member) && !ExpulsionNotice.HasExpelled(fold, member))];

    /// <summary>The phase that the node is in, and a sentence.</summary>
    public (NodePhase Phase, string Sentence) Of(NodeState state, Participant p)
    {
        if (p.SetAside is { } why)
            return (NodePhase.Waiting, why.Detail);
        if (p.Reading.HasCaughtUp && ExpulsionNotice.HasExpelled(p.Fold, state.Self.Id))
            return (NodePhase.Waiting, ExpulsionNotice.Sentence(p.Reference.Contract));
        if (p.Reading.HasCaughtUp && p.IsUnderAnotherKey(state.Self))
            return (NodePhase.Waiting, ContractPart.AnotherKey(p.Reference.Contract, state.Self));
        var (phase, sentence) = p.Protocol is { } own ? OwnRoundView.Phase(state, p, own) : OnLedger(state, p);
        if (phase != NodePhase.Training || !programs.Awaits(p.Reference.Contract))
            return (phase, sentence);
        var round = p.Protocol?.Round ?? p.Fold.Round!.Round;
        if (state.Runners.IsEmpty && !programs.HasUsual(p.Reference.Contract))
            return (NodePhase.Waiting,
                $"The node has no program, so it trains nothing; it checks and keeps what others merge in round {round}.");
        return (NodePhase.AwaitingProgram,
            state.Runners.Values.Any(runner => runner.Work is { } work && runner.Fold.Find(work.Run)?.Definition.Training == p.Reference)
            ? $"Round {round} waits for this node's program, which has not opened its session."
            : $"Round {round} waits for this node's program; no task runs one here now.");
    }

    private static (NodePhase Phase, string Sentence) OnLedger(NodeState state, Participant p)
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
        if (p.IsRejoining(state.Self))
            return (NodePhase.Syncing,
                $"This node's disk holds less than it has told the ledger: it joins again, in incarnation {fold.Authors[self].Incarnation + 1}.");
        if (!round.View.Contains(self))
            return (NodePhase.Waiting, $"The node is no member of round {round.Round}.");
        if (!round.Ready.ContainsKey(self))
            return (NodePhase.Training, $"The node trains round {round.Round}.");
        if (round.Leader.IsNone)
            return (NodePhase.Waiting, round.Ready.Count < round.Settings.MinPeers
                ? $"{round.Ready.Count} of {round.Settings.MinPeers} needed members are ready{(Awaited(fold) is { IsEmpty: false } awaited
                    ? $"; awaited: {string.Join(", ", awaited.Select(StatusView.Short))}."
                    : ", and no other is left: they open the round again by themselves, with members who wait, or training ends.")}"
                : $"Enough members are ready; a leader is awaited{Broken(state, fold)}.");
        if (round.Leader == self)
            return (NodePhase.Merging, round.Proposal is null
                ? $"The node leads term {round.Term}: it gathers and merges {round.Frozen.Count} updates{Broken(state, fold)}."
                : $"The node leads term {round.Term}: {round.Votes.Count} of {round.Frozen.Count} have voted for its merge.");
        if (!round.Frozen.Contains(self))
            return (NodePhase.Waiting,
                $"The node was ready after {StatusView.Short(round.Leader)} had claimed term {round.Term}; it waits for the commit.");
        return round.Proposal is null
            ? (NodePhase.Waiting, $"{StatusView.Short(round.Leader)} leads term {round.Term}; its merge is awaited{Broken(state, fold)}.")
            : (NodePhase.Auditing,
                $"{StatusView.Short(round.Leader)} has proposed a merge; {round.Votes.Count} of {round.Frozen.Count} have voted.");
    }

    // An update that is announced may lie behind a broken connection: too many of those, and no leader can merge.
    private static string Broken(NodeState state, TrainingState fold) => Unconnected(state, fold) is { IsEmpty: false } broken
        ? $"; this node has no connection to {string.Join(", ", broken.Select(StatusView.Short))}"
        : "";
}
