namespace Starling.Cli.Reports.History;

/// <summary>Where a round's time went, in seconds.</summary>
/// <param name="Gather">Until the first leader claimed: training, and waiting for others.</param>
/// <param name="Lost">From there to the claim of the leader that brought it to its commit: terms that ended without one.</param>
/// <param name="Merge">From that claim to the proposal.</param>
/// <param name="Votes">From the proposal to the commit.</param>
internal readonly record struct RoundPhases(double Gather, double Lost, double Merge, double Votes)
{
    /// <summary>Those of a committed round; null if it has not committed, or some of its times are not known.</summary>
    public static RoundPhases? Of(RoundHistory round)
    {
        if (round is not { Opened: { } opened, Committed: { } committed, Winning: { Claimed: { } claimed } winning })
            return null;
        var first = round.Terms.Values.Where(term => term.Claimed is not null).Min(term => term.Claimed)!.Value;
        var proposed = winning.Proposed ?? claimed;
        return new RoundPhases(Seconds(opened, first), Seconds(first, claimed), Seconds(claimed, proposed), Seconds(proposed, committed));
    }

    private static double Seconds(DateTimeOffset from, DateTimeOffset to) => Math.Max(0, (to - from).TotalSeconds);
}
