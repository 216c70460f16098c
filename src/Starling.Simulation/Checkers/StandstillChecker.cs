using Starling.Core.Ledger;
using Starling.Core.Training;

namespace Starling.Simulation.Checkers;

/// <summary>
/// No round stands still: one that began when nothing was wrong any more, and nobody lied, commits without being reopened by the same
/// members. Reopening would end any standstill, and so hide it from the liveness of the run.
/// </summary>
internal sealed class StandstillChecker(IObservedWorld world) : Checker(world)
{
    private (long Round, long Opening) open;
    private TimeSpan since;

    public override void Folded(VerifiedEntry entry, TrainingState before, FoldResult result)
    {
        // An admin's restart begins with a first opening.
        if (World.CalmSince is { } calm && since >= calm && result.Happenings.OfType<Reopened>().Any(reopened => reopened.Opening > 1)
            && result.State.Round!.View.SetEquals(before.Round!.View))
            World.Report("no round stands still",
                $"round {open.Round} stood still for {(World.Now - since).TotalSeconds:0} s, until its members reopened it, though nothing was wrong");
        if (result.State.Round is not { } round || (round.Round, round.Opening) == open)
            return;
        open = (round.Round, round.Opening);
        since = World.Now;
    }
}
