using System.Globalization;
using Starling.Cli.Reports.Drawing;
using Starling.Cli.Reports.History;
using Starling.Cli.Terminal;

namespace Starling.Cli.Reports.Sections;

/// <summary>Every round in a row. Of more than <see cref="MostRows"/> rounds, those without anything special are put together.</summary>
internal static class RoundTable
{
    /// <summary>Up to so many rounds each has its own row.</summary>
    public const int MostRows = 1000;

    /// <summary>Writes it, folded away.</summary>
    public static void Write(Markup page, RunHistory history, int nodes)
    {
        var table = new DataTable(">round", $">opened ({history.Clock})", ">ready", ">claim", ">merge", ">commit", "leader", "votes",
            ">in the merge");
        var (quiet, isLong, own) = (new List<RoundHistory>(), history.Rounds.Count > MostRows, 0);
        foreach (var round in history.Rounds)
        {
            if (isLong && (!round.StandsOut || own == MostRows))
            {
                quiet.Add(round);
                continue;
            }

            AddQuiet(table, quiet);
            own++;
            table.AddStyled(round.StandsOut ? "unusual" : null, Cells(round, nodes));
        }

        AddQuiet(table, quiet);
        table.WriteFolded(page,
            "Every round as a table: when updates were ready, the first claim, the merge and the commit, counted from the opening");
    }

    private static string[] Cells(RoundHistory round, int nodes)
    {
        var first = round.Terms.Values.Where(term => term.Claimed is not null).Min(term => term.Claimed);
        var members = round.Ready.Keys.Select(key => key.Member).Distinct(StringComparer.Ordinal).Count();
        var openings = round.Openings.Count > 1 ? $"{Quantity.Count(round.Openings.Count)} openings; " : "";
        return
        [
            Number(round.Round), round.Opened?.UtcDateTime.ToString("HH:mm:ss.f", CultureInfo.InvariantCulture) ?? "-",
            members == 0 ? "-" : $"{Quantity.Count(members)} by {Since(round, round.Ready.Values.Max())}",
            Since(round, first), Since(round, round.Winning?.Proposed), Since(round, round.Committed),
            openings + RoundWords.Terms(round), RoundWords.Audit(round),
            round.Committed is null ? "-" : $"{Quantity.Count(round.Contributors.Count)} of {Quantity.Count(nodes)}",
        ];
    }

    private static void AddQuiet(DataTable table, List<RoundHistory> rounds)
    {
        if (rounds.Count == 0)
            return;
        var leaders = rounds.Select(round => round.Winning?.Leader).OfType<string>().CountBy(leader => leader)
            .OrderByDescending(pair => pair.Value).ToList();
        var named = leaders.Take(3).Select(pair => $"{pair.Key} ({Quantity.Count(pair.Value)})");
        var mean =
            rounds.Select(round => round.Length).OfType<TimeSpan>().Select(length => length.TotalSeconds).DefaultIfEmpty(0).Average();
        table.AddStyled(
            "quiet", $"{Number(rounds[0].Round)}–{Number(rounds[^1].Round)}", "", "", "", "",
            $"mean {Quantity.Time(TimeSpan.FromSeconds(mean))}",
            $"{Quantity.Count(rounds.Count)} rounds, led by {string.Join(", ", named)}{(leaders.Count > 3 ? " and others" : "")}", "", "");
        rounds.Clear();
    }

    private static string Since(RoundHistory round, DateTimeOffset? at) => at is { } time && round.Opened is { } opened
        ? string.Create(CultureInfo.InvariantCulture, $"{(time - opened).TotalSeconds:0.00} s")
        : "-";

    private static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);
}
