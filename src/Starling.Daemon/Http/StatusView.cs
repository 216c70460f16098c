using System.Diagnostics;
using Starling.Api;
using Starling.Core.Contracts;
using Starling.Core.Identity;
using Starling.Core.Kernel;
using Starling.Core.Tasks.Operating;
using Starling.Core.Training.Participation;
using Starling.Daemon.Events;
using Starling.Node.Events;
using Starling.Node.Loop;

namespace Starling.Daemon.Http;

/// <summary>Puts into words what a node is doing.</summary>
/// <param name="kernel">What it folded.</param>
/// <param name="phases">Which phase it is in.</param>
/// <param name="pace">What it measured and exchanged.</param>
/// <param name="events">What it told.</param>
/// <param name="identity">What it shows to others.</param>
internal sealed class StatusView(KernelDriver kernel, TrainingPhase phases, Pace pace, EventStream events, IdentityWatch identity)
{
    private readonly long start = Stopwatch.GetTimestamp();

    /// <summary>
    /// The node at this moment: with regard to the training contract that it is busy with, or else to the task
    /// runner that it works for now.
    /// </summary>
    public NodeStatus Describe()
    {
        var state = kernel.State;
        var runner = state.Runners.Values.FirstOrDefault(each => each.Work is not null) ?? state.Runners.Values.FirstOrDefault();
        var training = TaskView.Training(state);
        var status = training is not null && (runner is null || !IsOver(state, training))
            ? Describe(state, training)
            : Describe(state, runner!, training);
        return status with
        {
            Followed = [.. state.Followed.Select(contract => ContractView.Follow(state.Find(contract)!, state.Self.Id))],
            Warnings =
            [
                .. state.Followed.Select(contract => state.Find(contract)!.SetAside?.Detail).OfType<string>(), .. status.Warnings
            ],
        };
    }

    /// <summary>A member as people call it.</summary>
    internal static string Short(NodeId node) => node.Short;

    private static bool IsOver(NodeState state, Participant p) => p.SetAside is not null
        || (p.Fold.Ended && p.Fold.Round is { } round && (round.Base.IsNone || state.Durable.Contains(round.Base)));

    private NodeStatus Describe(NodeState state, RunnerPart runner, Participant? last)
    {
        var (phase, sentence) = TaskView.Phase(state.Self, runner);
        var (local, merged) = last is null ? default : pace.Of(last.Reference.Contract, known => known.Measured);
        var (received, sent) = pace.Exchanged;
        var rounds = last?.Fold.Settings?.Rounds ?? 0;
        ContractState named = last is null ? runner.Fold : last.Fold;
        return new NodeStatus(
            state.Self.Id.Value, state.Self.Id.Organisation, Software.Version, phase, sentence, named.Contract.Value,
            Math.Min(last?.Fold.Round?.Round ?? 0, rounds), rounds, 0, 0, 0, null, [], [], [],
            named.Height, named.ChainHash.ToString(), last?.Latest is (_, var model) ? EventProjection.Name(model) : null, received, sent,
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
        var (phase, sentence) = phases.Of(state, p);
        var rounds = fold.Settings?.Rounds ?? 0;
        var ((local, merged), remaining) = pace.Of(p.Reference.Contract, known => (known.Measured, known.Remaining(rounds)));
        var (received, sent) = pace.Exchanged;
        return new NodeStatus(
            self.Value, self.Organisation, Software.Version, phase, sentence, p.Reference.Contract.Value,
            Math.Min(number, rounds), rounds, round?.Opening ?? 0, round?.Term ?? 0, round?.Settings.MinPeers ?? 0,
            round is null || round.Leader.IsNone ? null : round.Leader.Value,
            EventProjection.Names(round?.View ?? []),
            EventProjection.Names(round?.Ready.Keys ?? []),
            EventProjection.Names(
                phase == NodePhase.Finished || round is null || fold.Ended ? [] : own?.Awaited ?? TrainingPhase.Awaited(fold)),
            fold.Height, fold.ChainHash.ToString(), EventProjection.Name(own?.Model ?? round?.Base ?? default),
            received, sent,
            local is null ? null : EventProjection.Project(local.Round, local.Evaluation),
            merged is null ? null : EventProjection.Project(merged.Round, merged.Evaluation),
            Stopwatch.GetElapsedTime(start).TotalSeconds,
            phase == NodePhase.Finished || round is null || fold.Ended ? null : remaining?.TotalSeconds,
            events.Last,
            identity.Current.Credentials.Expires,
            identity.Warnings);
    }
}
