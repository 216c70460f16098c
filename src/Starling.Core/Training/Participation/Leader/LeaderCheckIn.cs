using Starling.Core.Identity;
using Starling.Core.Kernel;

namespace Starling.Core.Training.Participation.Leader;

/// <summary>What a member contributes whose program has trained all that it meant to, while others train on.</summary>
internal static class LeaderCheckIn
{
    /// <summary>
    /// What stands for the update of a program that is done, in a round that it no longer trains for; null if there is nothing to say.
    /// </summary>
    public static LocalUpdateState? Continued(NodeStep step, Participant p)
    {
        if (p.Update is not { Final: { } checkIn } update || p.Fold is not { Ended: false, Round: { } round } || !p.Reading.HasCaughtUp
            || (update.Round == round.Round && update.Base == round.Base) || !round.View.Contains(step.Self))
            return null;
        if (checkIn == CheckIn.Inactive && IsMerged(p, update.Round, step.Self))
            return null;
        if (checkIn == CheckIn.Active && !round.Base.IsNone && !step.State.Durable.Contains(round.Base))
            return null;
        return update with
        {
            Round = round.Round,
            Base = round.Base,
            Update = checkIn == CheckIn.Active && !round.Base.IsNone ? round.Base : update.Update,
            IsRecorded = false,
            Saving = null,
        };
    }

    /// <summary>
    /// Whether a program trains again: its update for the open round was let go when training ended, which goes on since; or it is done,
    /// and the merge that stood for its update was taken back, or its last update is lost and in no merge.
    /// </summary>
    public static bool IsVoid(NodeStep step, Participant p) =>
        p.Reading.HasCaughtUp && p.Update is { } update && (WasLetGo(step, p, update) || update.Final switch
        {
            CheckIn.Active => p.Fold.Round!.Base.IsNone && !update.Base.IsNone && update.Update == update.Base,
            CheckIn.Inactive => !step.State.Held.Contains(update.Update) && !IsMerged(p, update.Round, step.Self),
            _ => false,
        });

    private static bool WasLetGo(NodeStep step, Participant p, LocalUpdateState update) =>
        p.Fold is { Ended: false, Round: { } round } && update.Round == round.Round && update.Base == round.Base
            && !step.State.Held.Contains(update.Update);

    /// <summary>
    /// Whether a member's update of a round was merged. Of a round before the latest commits that are known whole that cannot be told: its
    /// update is too old to be merged now, and may have been.
    /// </summary>
    private static bool IsMerged(Participant p, long round, NodeId self) => p.Fold.Commits is [var first, ..] commits
        && (round < first.Round || commits.Any(commit => commit.Round == round && commit.Merge.Contributors.Contains(self)));
}
