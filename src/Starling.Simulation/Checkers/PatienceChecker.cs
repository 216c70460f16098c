using Starling.Core.Kernel;
using Starling.Simulation.Nodes;

namespace Starling.Simulation.Checkers;

/// <summary>
/// Nobody is waited for without end: an honest leader that has updates enough decides whom to merge at the latest when as much time has
/// passed since its claim as a round bears that nothing comes, whatever still trickles in. Once a leader of the round was replaced it
/// decides no later than half the leader timeout after it knew of one update more what it is worth.
/// </summary>
internal sealed class PatienceChecker(IObservedWorld world) : Checker(world)
{
    private const int MostDoublings = 3;

    // It decides when it is woken, or with the next thing that it hears.
    private static readonly TimeSpan Slack = TimeSpan.FromSeconds(1);

    public override void Stepped(IObservedNode node, Input input, StepResult result)
    {
        if (!node.IsHonest || result.State.Contracts.GetValueOrDefault(World.Truth.Contract) is not { } p
            || p.Fold is not { Ended: false, Round: { Proposal: null } round }
            || round.Leader != node.Identity.Id || (p.Choice is { } choice && (choice.Round, choice.Term) == (round.Round, round.Term)))
            return;
        var end = p.Clocks.ClaimedAt + Doubled(round.Settings.AbsentTimeout, round.Opening - 1);
        var again = p.Clocks.GatheredAt + (Doubled(round.Settings.LeaderTimeout, round.Term - 1) / 2);
        if (round.Term > 1 && again < end)
            end = again;
        var good = round.Frozen.Count(member => round.Ready.TryGetValue(member, out var ready)
            && p.Inspections.TryGetValue(ready.Update, out var inspection) && inspection is { IsDone: true, Fault: null });
        if (good >= round.Settings.MinPeers && node.Now > end + Slack && !(World.Now <= node.WentOnAt + Slack))
            World.Report("nobody is waited for without end",
                $"{node.Name} has {good} updates of round {round.Round} and has not decided in term {round.Term}, {(end - p.Clocks.ClaimedAt).TotalSeconds:0.#} s after its claim");
    }

    private static TimeSpan Doubled(TimeSpan span, long times) => span * (1 << (int)Math.Min(times, MostDoublings));
}
