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
        if (checkIn == CheckIn.Inactive && p.Fold.LastCommit is { } commit && commit.Round == update.Round
            && commit.Merge.Contributors.Contains(step.Self))
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
}
