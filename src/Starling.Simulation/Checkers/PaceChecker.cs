using System.Globalization;
using Starling.Core.Contracts;
using Starling.Core.Identity;
using Starling.Core.Kernel;
using Starling.Core.Ledger;
using Starling.Core.Training;
using Starling.Simulation.Nodes;

namespace Starling.Simulation.Checkers;

/// <summary>
/// The pace is that of the commits that count: what was trained, the next interval and the losses that it follows are what the commits
/// make of it, from the first one on, with the batches that each round had and what its contributors said that they had measured. An
/// admin's restart takes a round back with all that came after it, and the settings are those of now. A round has the interval of the
/// moment when it opened, and honest nodes have their programs train by it.
/// </summary>
internal sealed class PaceChecker(IObservedWorld world) : Checker(world)
{
    private const string Rule = "the pace is that of the commits";

    // What counts, in order.
    private readonly List<Step> steps = [];
    private readonly SortedDictionary<NodeId, double> measured = [];
    private readonly SortedDictionary<(long Epoch, long Round, long Opening), (long Done, int Batches)> rounds = [];
    private SyncPace? pace;

    public override void Folded(VerifiedEntry entry, TrainingState before, FoldResult result)
    {
        if (result.Refusal != Refusal.None || result.State is not { Settings: { } settings, Round: { } round } after)
            return;
        Count(entry.Entry.Body.Author, before, result);
        pace = Replay();
        if (!Equal(pace, after.Pace))
            World.Report(Rule, $"after {after.Height} entries the pace is {Text(after.Pace)}; the commits make it {Text(pace)}");
        var hasOpened = before.Round is not { } old || old.Round != round.Round || before.Epoch != after.Epoch
            || !ReferenceEquals(old.Settings, round.Settings);
        var batches = hasOpened ? pace.Interval : before.Round!.SyncInterval;
        if (round.SyncInterval != batches)
            World.Report(Rule, $"round {round.Round} has {round.SyncInterval} batches, not {batches}");
        rounds[(after.Epoch, round.Round, round.Opening)] = (pace.Done, batches);
    }

    public override void Stepped(IObservedNode node, Input input, StepResult result)
    {
        if (!node.IsHonest)
            return;
        foreach (var effect in result.Effects)
            if (effect is Deliver { Assignment: { Last: false } told } && told.Contract == World.Truth.Contract
                && result.State.Contracts.GetValueOrDefault(told.Contract)?.Fold is { Round: { } round } fold && round.Round == told.Round
                && rounds.TryGetValue((fold.Epoch, round.Round, round.Opening), out var right) && right != (told.Done, told.Batches))
                World.Report(Rule, $"{node.Name} has its program train {told.Batches} batches of round {told.Round} after {told.Done}, "
                    + $"not {right.Batches} after {right.Done}");
    }

    private void Count(NodeId author, TrainingState before, FoldResult result)
    {
        if (result.Entry is Ready ready)
            measured[author] = ready.Metrics.Loss;
        foreach (var happening in result.Happenings)
            if (happening is Committed { Commit: var commit })
            {
                steps.Add(new Step(before.Settings!, commit.Round, before.Round!.SyncInterval,
                    [.. commit.Merge.Contributors.Select(member => measured.GetValueOrDefault(member, double.NaN))]));
                measured.Clear();
            }
            else if (happening is Reopened)
            {
                measured.Clear();
            }

        switch (result.Entry)
        {
            case Found found:
                steps.Add(Step.Of(found.Settings));
                break;
            case ChangeSettings change:
                steps.Add(Step.Of(change.Settings));
                break;
            case Revoke revoke:
                measured.Remove(revoke.Member);
                break;
            case Restart restart when restart.Round < before.Round!.Round:
                TakeBack(restart.Round, before.Settings!);
                break;
        }
    }

    private void TakeBack(long round, TrainingSettings settings)
    {
        var from = round == 1 ? 0 : steps.FindIndex(step => step.Round == round);
        steps.RemoveRange(from, steps.Count - from);
        steps.Add(Step.Of(settings));
    }

    private SyncPace Replay()
    {
        var replayed = SyncPace.First(steps[0].Settings);
        foreach (var step in steps.Skip(1))
            replayed = step.Round == 0 ? replayed.Within(step.Settings) : replayed.After(step.Settings, step.Batches, step.Losses);
        return replayed;
    }

    private static bool Equal(SyncPace left, SyncPace right) =>
        (left.Done, left.Interval) == (right.Done, right.Interval) && left.Losses.SequenceEqual(right.Losses);

    private static string Text(SyncPace pace) => string.Create(CultureInfo.InvariantCulture,
        $"{pace.Done} batches done, {pace.Interval} to come, losses [{string.Join(' ', pace.Losses)}]");

    /// <summary>A commit under the settings of its time, or, as round 0, settings alone.</summary>
    private sealed record Step(TrainingSettings Settings, long Round, int Batches, double[] Losses)
    {
        public static Step Of(TrainingSettings settings) => new(settings, 0, 0, []);
    }
}
