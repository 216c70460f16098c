using Starling.Cli.Reports.Drawing;
using Starling.Cli.Reports.History;
using Starling.Cli.Terminal;

namespace Starling.Cli.Reports.Sections;

/// <summary>The rounds as a time line: where the time went, who led, what was out of the ordinary, and every round in a table.</summary>
internal static class RoundsSection
{
    private const int MostColumns = 160;
    private const int MostBars = 30;
    private const int FewestBars = 10;

    private static readonly (string Style, string Name)[] Parts =
        [("gather", "training and gathering"), ("lost", "lost with a replaced leader"), ("merge", "merging"),
            ("votes", "auditing and votes")];

    /// <summary>Writes it; nothing before the first round.</summary>
    /// <param name="page">Where to.</param>
    /// <param name="history">What nodes told.</param>
    /// <param name="nodes">The nodes' short names, in the experiment's order.</param>
    public static void Write(Markup page, RunHistory history, IReadOnlyList<string> nodes)
    {
        if (history.Rounds.Count == 0)
            return;
        page.Open("section", ("id", "rounds")).Leaf("h2", "Rounds").Line();
        TallySection.Write(page, history);
        var blocks = RoundBlocks.Over(1, history.Rounds.Last().Round, MostColumns);
        WritePhases(page, history, blocks);
        LeaderFigure.Write(page, history, nodes, blocks);
        WriteWaterfall(page, history);
        RoundTable.Write(page, history, nodes.Count);
        page.Close().Line();
    }

    private static void WritePhases(Markup page, RunHistory history, RoundBlocks blocks)
    {
        var sums = Enumerable.Range(0, blocks.Count).Select(_ => new double[Parts.Length + 1]).ToArray();
        foreach (var round in history.Rounds)
        {
            if (RoundPhases.Of(round) is not { } phases)
                continue;
            var column = sums[blocks.Of(round.Round)];
            foreach (var (part, seconds) in ((double[])[phases.Gather, phases.Lost, phases.Merge, phases.Votes, 1]).Index())
                column[part] += seconds;
        }

        const string Title = "Seconds a round, by what they went into";
        page.Open("figure")
            .Leaf("figcaption", blocks.Size == 1 ? Title : $"{Title}; each column is the mean of {Quantity.Count(blocks.Size)} rounds");
        ColourKey.Write(page, Parts);
        double[][] means = [.. sums.Select(column => column[..^1].Select(sum => sum / Math.Max(1, column[^1])).ToArray())];
        Scrolled(page, Title, () => new StackedColumns(Title, blocks, Parts).Write(page, means));
        var table = new DataTable([">rounds", .. Parts.Select(part => $">{part.Name}"), ">in all"]);
        for (var i = 0; i < blocks.Count; i++)
            table.Add([blocks.Name(i),
                .. means[i].Append(means[i].Sum()).Select(mean => sums[i][^1] > 0 ? Quantity.Time(TimeSpan.FromSeconds(mean)) : "-")]);
        table.WriteFolded(page, "Seconds a round as a table");
        page.Close().Line();
    }

    private static void WriteWaterfall(Markup page, RunHistory history)
    {
        var shown = Shown(history);
        var title = shown.Count == history.Rounds.Count
            ? "Each round from its opening on"
            : $"{Quantity.Count(shown.Count)} of {Quantity.Count(history.Rounds.Count)} rounds from their opening on";
        page.Open("figure")
            .Leaf("figcaption",
                shown.Count == history.Rounds.Count
                    ? title
                    : $"{title}: the first, the last, the slowest, and those in which something happened");
        ColourKey.Write(page, [.. Parts, ("ready", "an update is ready"), ("reopened", "opened again")]);
        Scrolled(page, title, () => new RoundWaterfall(title).Write(page, shown));
        page.Close().Line();
    }

    private static IReadOnlyList<RoundHistory> Shown(RunHistory history)
    {
        if (history.Rounds.Count <= MostBars)
            return [.. history.Rounds];
        var first = history.Rounds.First();
        var last = history.Rounds.Last();
        var special = history.Rounds.Where(round => round.StandsOut).OrderByDescending(round => round.Length ?? TimeSpan.MaxValue)
            .Take(MostBars - 2).ToHashSet();
        special.UnionWith([first, last]);
        foreach (var slow in history.Rounds.OrderByDescending(round => round.Length).TakeWhile(_ => special.Count < FewestBars))
            special.Add(slow);
        return [.. special.OrderBy(round => round.Round)];
    }

    /// <summary>Gives a wide drawing a place in which a narrow page can be moved over it.</summary>
    public static void Scrolled(Markup page, string name, Action draw)
    {
        page.Open("div", ("class", "scroll wide"), ("role", "region"), ("tabindex", "0"), ("aria-label", name));
        draw();
        page.Close();
    }
}
