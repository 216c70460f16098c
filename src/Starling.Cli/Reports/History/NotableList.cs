using System.Globalization;

namespace Starling.Cli.Reports.History;

/// <summary>Picks out of a history what was out of the ordinary, in the order of time.</summary>
internal static class NotableList
{
    /// <summary>Everything that a reader should look at.</summary>
    public static IReadOnlyList<Notable> Of(RunHistory history) =>
    [
        .. history.Rounds.Where(round => round.StandsOut).SelectMany(OfRound)
            .Concat(history.Lives.Where(life => !life.IsFirst).Select(OfLife))
            .Concat(history.Incidents)
            .Concat(history.Restarts)
            .OrderBy(notable => notable.At),
    ];

    private static IEnumerable<Notable> OfRound(RoundHistory round)
    {
        foreach (var (opening, at) in round.Openings.Skip(1))
            yield return new Notable(at, round.Round, "reopened",
                string.Create(CultureInfo.InvariantCulture, $"Too many were gone for any majority: opening {opening} began."));
        foreach (var term in round.Terms.Values)
            foreach (var notable in OfTerm(round, term))
                yield return notable;
        foreach (var member in round.Named)
            yield return new Notable(round.Committed ?? default, round.Round, "named",
                $"{member} voted for another merge than the one that a majority committed.");
        foreach (var (member, at) in round.LateDisputes)
            yield return new Notable(at, round.Round, "late dispute", $"{member} audited after the commit, and its own merge differs.");
        if (round.Unresolved.Count > 0)
            yield return new Notable(
                round.Lost.FirstOrDefault()?.Ended ?? round.Opened ?? default, round.Round, "unresolved",
                $"{RoundWords.Names(round.Unresolved)} disagreed; the round waited for a third.");
    }

    private static IEnumerable<Notable> OfTerm(RoundHistory round, TermHistory term)
    {
        if (term is { Ended: { } ended, EndReason: { } reason })
            yield return new Notable(ended, round.Round, reason == "reopened" ? "term over" : "leader replaced",
                Ending(round, term, reason));
        else if (term.Suspects.Count > 0)
            yield return new Notable(term.Suspects.Values.Min(), round.Round, "suspicion", string.Create(CultureInfo.InvariantCulture,
                $"{term.Leader}, the leader of term {term.Term}, was suspected by {RoundWords.Names(term.Suspects.Keys)}, and stayed."));
        foreach (var (member, vote) in term.Votes.Where(vote => !vote.Value.IsFor))
            yield return new Notable(vote.At, round.Round, "vote against",
                string.Create(CultureInfo.InvariantCulture, $"{member} voted against the merge of term {term.Term}."));
        foreach (var left in term.LeftOut)
            yield return new Notable(term.Proposed ?? default, round.Round, "left out",
                $"The update of {left.Member} is not in the merge of {term.Leader}: {left.Reason}.");
    }

    private static string Ending(RoundHistory round, TermHistory term, string reason)
    {
        var next = round.Terms.Values.FirstOrDefault(later => later.Term > term.Term);
        var why = reason == "suspected" && term.Suspects.Count > 0 ? $"suspected by {RoundWords.Names(term.Suspects.Keys)}" : reason;
        return string.Create(CultureInfo.InvariantCulture,
            $"Term {term.Term} of {term.Leader} ended without a commit ({why}){(next is null ? "" : $"; {next.Leader} led term {next.Term}")}.");
    }

    private static Notable OfLife(NodeLife life) => new(
        life.Started, life.Round > 0 ? life.Round : null, "restart",
        $"{life.Node} was started again after {(life.AfterStop ? "a stop in order" : "its process died")}.");
}
