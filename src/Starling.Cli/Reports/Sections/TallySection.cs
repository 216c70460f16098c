using System.Globalization;
using Starling.Cli.Reports.Drawing;
using Starling.Cli.Reports.History;
using Starling.Cli.Terminal;

namespace Starling.Cli.Reports.Sections;

/// <summary>How often what happened, the list of what was out of the ordinary, and the refusals by kind.</summary>
internal static class TallySection
{
    private const int MostNotables = 400;
    private const int MostInSight = 20;

    /// <summary>Writes it.</summary>
    public static void Write(Markup page, RunHistory history)
    {
        var rounds = history.Rounds;
        WriteCards(page,
        [
            (rounds.Count(round => round.Committed is not null), "rounds committed", false),
            (rounds.Sum(round => round.Terms.Count), "terms led", false),
            (rounds.Sum(round => round.Terms.Values.Sum(term => term.Suspects.Count)), "suspicions", true),
            (rounds.Sum(round => round.Lost.Count(term => term.EndReason != "reopened")), "leaders replaced", true),
            (rounds.Sum(round => Math.Max(0, round.Openings.Count - 1)), "rounds reopened", true),
            (rounds.Sum(round => round.Terms.Values.Sum(term => term.Votes.Values.Count(vote => vote.IsFor))), "votes for merges", false),
            (rounds.Sum(round => round.Against), "votes against", true),
            (rounds.Sum(round => round.Named.Count), "members named", true),
            (rounds.Sum(round => round.LateDisputes.Count), "late disputes", true),
            (history.Lives.Count(life => !life.IsFirst), "restarts of nodes", true),
            (history.Refused.Values.Sum(), "entries refused", false),
        ]);
        WriteNotables(page, NotableList.Of(history), history);
        WriteRefusals(page, history);
    }

    private static void WriteCards(Markup page, IEnumerable<(long Count, string What, bool IsUnusual)> cards)
    {
        page.Open("ul", ("class", "cards"));
        foreach (var (count, what, isUnusual) in cards)
            page.Open("li", ("class", isUnusual && count > 0 ? "unusual" : null)).Leaf("b", Quantity.Count(count)).Text($" {what}").Close();
        page.Close().Line();
    }

    private static void WriteNotables(Markup page, IReadOnlyList<Notable> notables, RunHistory history)
    {
        page.Leaf("h3", "Out of the ordinary");
        if (notables.Count == 0)
        {
            page.Leaf("p", "Nothing: no leader was replaced, no vote was against a merge, and no node was started again.");
            return;
        }

        var form = notables[0].At.UtcDateTime.Date == notables[^1].At.UtcDateTime.Date ? "HH:mm:ss.f" : "yyyy-MM-dd HH:mm:ss.f";
        Table(notables.Take(MostInSight)).Write(page, "Out of the ordinary");
        if (notables.Count > MostInSight)
            Table(notables.Skip(MostInSight).Take(MostNotables - MostInSight))
                .WriteFolded(page, $"Out of the ordinary, {Quantity.Count(Math.Min(notables.Count, MostNotables) - MostInSight)} more");
        var rest = Math.Max(0, notables.Count - MostNotables) + history.MoreIncidents;
        if (rest > 0)
            page.Leaf("p", $"{Quantity.Count(rest)} more are not listed.", ("class", "note"));

        DataTable Table(IEnumerable<Notable> shown)
        {
            var table = new DataTable($"time ({history.Clock})", ">round", "what", "in words");
            foreach (var notable in shown)
                table.AddStyled(
                    "words", notable.At.UtcDateTime.ToString(form, CultureInfo.InvariantCulture),
                    notable.Round?.ToString(CultureInfo.InvariantCulture) ?? "-",
                    notable.Kind, notable.What);
            return table;
        }
    }

    private static void WriteRefusals(Markup page, RunHistory history)
    {
        if (history.Refused.Count == 0)
            return;
        var table = new DataTable("refusal", "of an entry", ">how often");
        foreach (var (kind, count) in history.Refused.OrderByDescending(pair => pair.Value)
            .ThenBy(pair => $"{pair.Key.Refusal} {pair.Key.Entry}", StringComparer.Ordinal))
            table.Add(kind.Refusal, kind.Entry, Quantity.Count(count));
        page.Leaf("h3", "Refused ledger entries");
        page.Leaf("p",
            "Every node refuses the same entries for the same reasons. Honest nodes make such entries, too: two claim a term at the same moment, or a vote comes after "
            + "the majority.", ("class", "note"));
        table.Write(page, "Refused ledger entries");
    }
}
