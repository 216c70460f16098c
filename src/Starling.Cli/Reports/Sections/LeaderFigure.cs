using Starling.Cli.Reports.Drawing;
using Starling.Cli.Reports.History;
using Starling.Cli.Terminal;

namespace Starling.Cli.Reports.Sections;

/// <summary>Who led which round, who was replaced, whose update was missing, and who was started again.</summary>
internal static class LeaderFigure
{
    private const int MostLanes = 48;

    /// <summary>Writes it.</summary>
    public static void Write(Markup page, RunHistory history, IReadOnlyList<string> nodes, RoundBlocks blocks)
    {
        var cells =
            nodes.Distinct(StringComparer.Ordinal).ToDictionary(node => node, _ => new LaneCell?[blocks.Count], StringComparer.Ordinal);
        var led = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var round in history.Rounds)
        {
            var block = blocks.Of(round.Round);
            foreach (var term in round.Lost)
                Change(term.Leader, block, cell => cell with { Replaced = cell.Replaced + 1 });
            foreach (var named in round.Named)
                Change(named, block, cell => cell with { Named = cell.Named + 1 });
            if (round.Winning is not { } winning)
                continue;
            Change(winning.Leader, block, cell => cell with { Led = cell.Led + 1 });
            led[winning.Leader] = led.GetValueOrDefault(winning.Leader) + 1;
            foreach (var node in nodes.Except(round.Contributors, StringComparer.Ordinal))
                Change(node, block, cell => cell with { Absent = cell.Absent + 1 });
        }

        foreach (var life in history.Lives.Where(life => !life.IsFirst && life.Round >= blocks.First && life.Round <= blocks.Last))
            Change(life.Node, blocks.Of(life.Round), cell => cell with { Restarts = cell.Restarts + 1 });
        Draw(page, [.. nodes.Select(node => (node, cells[node]))], blocks);
        var table = new DataTable("node", ">rounds led", ">terms lost", ">rounds without its update", ">named", ">restarts");
        foreach (var node in nodes)
            table.Add(
                node, Quantity.Count(led.GetValueOrDefault(node)), Sum(node, cell => cell.Replaced), Sum(node, cell => cell.Absent),
                Sum(node, cell => cell.Named),
                Quantity.Count(history.Lives.Count(life => life.Node == node && !life.IsFirst)));
        table.WriteFolded(page, "Who led as a table");
        page.Close().Line();

        void Change(string node, int block, Func<LaneCell, LaneCell> change)
        {
            if (cells.TryGetValue(node, out var lane))
                lane[block] = change(lane[block] ?? new LaneCell(0, 0, 0, 0, 0));
        }

        string Sum(string node, Func<LaneCell, int> count) => Quantity.Count(cells[node].Sum(cell => cell is null ? 0 : count(cell)));
    }

    private static void Draw(Markup page, IReadOnlyList<(string Node, LaneCell?[] Cells)> lanes, RoundBlocks blocks)
    {
        const string Title = "Who led which round";
        page.Open("figure")
            .Leaf("figcaption",
                blocks.Size == 1 ? Title : $"{Title}; each column is {Quantity.Count(blocks.Size)} rounds, stronger the more of them");
        var all = lanes.SelectMany(lane => lane.Cells).OfType<LaneCell>().ToList();
        (bool IsThere, string Style, string Name)[] key =
        [
            (true, "led", "led the round to its commit"),
            (all.Any(cell => cell.Replaced > 0), "replaced", "led a term that ended without a commit"),
            (all.Any(cell => cell.Absent > 0), "absent", "its update is not in the merge"),
            (all.Any(cell => cell.Named > 0), "named", "named by a majority"),
            (all.Any(cell => cell.Restarts > 0), "restart", "started again"),
        ];
        ColourKey.Write(page, key.Where(part => part.IsThere).Select(part => (part.Style, part.Name)));
        RoundsSection.Scrolled(page, Title, () => new LeaderLanes(Title, blocks).Write(page, [.. lanes.Take(MostLanes)]));
        if (lanes.Count > MostLanes)
            page.Leaf("p", $"{Quantity.Count(lanes.Count - MostLanes)} more nodes are in the table only.", ("class", "note"));
    }
}
