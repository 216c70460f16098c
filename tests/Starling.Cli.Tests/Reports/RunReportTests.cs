using System.Globalization;
using System.Xml.Linq;
using Starling.Cli.Runs;

namespace Starling.Cli.Tests.Reports;

public sealed class RunReportTests
{
    private static readonly string[] Three = ["node-1", "node-2", "node-3"];

    [Fact]
    public async Task Every_round_leader_and_suspicion_is_on_the_page()
    {
        using var run = new ReportedRun(Three, 3, Eventful());
        var (_, page) = await run.ReportAsync();
        Assert.Equal(["1", "2", "3"], Rows(page, "rounds", "Every round").Select(row => row[0]));
        Assert.Equal(["node-1", "term 1 node-2, suspected by node-1 and node-3; term 2 node-3", "node-2"],
            Rows(page, "rounds", "Every round").Select(row => row[6]));
        Assert.Equal(["leader replaced", "restart"], Rows(page, "rounds", "Out of the ordinary").Select(row => row[2]));
        Assert.Equal([["TermTaken", "Claim", "1"]], Rows(page, "rounds", "Refused ledger entries"));
        Assert.Contains("2 suspicions", page.Descendants("li").Select(card => card.Value));
        Assert.Equal([["node-1", "1", "0", "0", "0", "0"], ["node-2", "1", "1", "0", "0", "1"], ["node-3", "1", "0", "0", "0", "0"]],
            Rows(page, "rounds", "Who led as a table"));
    }

    [Fact]
    public async Task Result_settings_and_commands_are_on_the_page()
    {
        using var run = new ReportedRun(Three, 3, Eventful().Measures(3, 0, 0.4, 0.9));
        var score = new Score(2, 0.25, 0.5, 0.5, 100);
        run.Folder.Write(new BaselineResults(Three.ToDictionary(node => node, _ => score), score with { Accuracy = 0.95 }));
        var (_, page) = await run.ReportAsync("The run was stopped.");
        Assert.Equal(
            ["3 of 3 rounds are committed; the last model that was measured reaches 90.0 % accuracy.", "The run was stopped."],
            page.Descendants("header").Single().Elements("p").Take(2).Select(text => text.Value));
        Assert.Equal(["25.0 %", "25.0 %", "25.0 %", "25.0 %", "90.0 %", "95.0 %"],
            Rows(page, "result", "Scores on the held-out rows").Select(row => row[2]));
        var changed = page.Descendants("tr").Where(row => (string?)row.Attribute("class") == "changed")
            .Select(row => string.Join('|', row.Elements().Select(cell => cell.Value))).ToList();
        Assert.Contains("training.rounds|3|10", changed);
        Assert.Contains("nodes|3|none", changed);
        Assert.DoesNotContain(changed, row => row.StartsWith("training.grace|", StringComparison.Ordinal));
        Assert.Contains($"starling run --resume {run.Folder.Path}", page.Descendants("code").Select(code => code.Value));
        Assert.Contains($"starling ledger verify {run.Folder.Path}", page.Descendants("code").Select(code => code.Value));
        Assert.StartsWith("NOT VERIFIED", Rows(page, "proof", "Versions and ids").Single(row => row[0] == "ledger")[1],
            StringComparison.Ordinal);
    }

    /// <summary>
    /// Red if the page of a run that goes on lacks for a node how far it is, loss, accuracy or the time that is left, or shows another's.
    /// </summary>
    [Fact]
    public async Task How_each_node_does_is_on_the_page_while_the_run_goes_on()
    {
        using var run = new ReportedRun(Three, 12, new Story(Three).Quiet(1, "node-1").Quiet(2, "node-2").Measures(2, 1, 0.5, 0.8));
        var (_, page) = await run.ReportAsync();
        Assert.Equal(
            [["node-1", "has the commit", "2 of 12", "-", "-", "-", "-", "9.0 s", "0"],
                ["node-2", "has the commit", "2 of 12", "2", "50.0 %", "1.25", "80.0 %", "9.0 s", "0"],
             ["node-3", "has the commit", "2 of 12", "-", "-", "-", "-", "9.0 s", "0"]],
            Rows(page, "nodes", "How each node does"));
    }

    /// <summary>Red if a program's own metric that is no share is shown in percent, or drawn on an axis that ends at 100 %.</summary>
    [Fact]
    public async Task A_metric_that_is_no_share_is_a_number()
    {
        using var run = new ReportedRun(Three, 3, Eventful().Measures(1, 0, 0.4, 3.25).Measures(3, 0, 0.4, 0.5));
        var (_, page) = await run.ReportAsync();
        Assert.Equal(["3.25", "-", "0.5"], Rows(page, "learning", "Metric over rounds as a table").Select(row => row[1]));
        Assert.DoesNotContain(page.Descendants("section").Single(section => (string?)section.Attribute("id") == "learning")
            .Descendants("text"), label => label.Value.Contains('%', StringComparison.Ordinal));
        Assert.Equal("50.0 %", Rows(page, "nodes", "How each node does")[0][6]);
    }

    [Fact]
    public async Task The_page_needs_nothing_from_elsewhere_and_no_script()
    {
        using var run = new ReportedRun(Three, 3, Eventful().Measures(1, 0, 0.4, 0.9));
        var (text, page) = await run.ReportAsync();
        foreach (var reference in (string[])["http", "url(", "@import", "javascript:"])
            Assert.DoesNotContain(reference, text, StringComparison.OrdinalIgnoreCase);
        string[] loading = ["script", "link", "iframe", "img", "object", "embed", "use", "image", "a", "base"];
        Assert.DoesNotContain(page.Descendants(), element => loading.Contains(element.Name.LocalName));
        var attributes = page.Descendants().Attributes().Select(attribute => attribute.Name.LocalName).ToHashSet();
        Assert.DoesNotContain(attributes, name => name is "src" or "href" or "style" || name.StartsWith("on", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Names_and_reasons_of_peers_are_escaped()
    {
        const string Hostile = "<script>alert(1)</script>";
        var story = new Story(Three).Quiet(1, "\"><img src=x>").Fails(0, Hostile).Refuses(1, Hostile, "<iframe>").Opens(2)
            .Claims(2, 1, "node-1").Loses(2, 1, "node-1", "</svg><style>");
        using var run = new ReportedRun(Three, 3, story);
        var (text, page) = await run.ReportAsync(Hostile);
        foreach (var raw in (string[])["<script", "<img", "<iframe", "</svg><style"])
            Assert.DoesNotContain(raw, text, StringComparison.OrdinalIgnoreCase);
        Assert.Contains(Rows(page, "rounds", "Refused ledger entries"), row => row[0] == Hostile && row[1] == "<iframe>");
        Assert.Contains(Rows(page, "rounds", "Out of the ordinary"), row => row[3] == $"node-1: {Hostile}");
        Assert.Contains(Rows(page, "rounds", "Every round"), row => row[6].Contains("\"><img src=x>", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_split_is_shown_row_by_row()
    {
        using var run = new ReportedRun(Three, 3, Eventful(), "data: { set: digits, test: 0.2, split: { by: class, classesPerNode: 4 } }");
        var (_, page) = await run.ReportAsync();
        var rows = Rows(page, "data", "Rows of each class");
        Assert.Equal(Three, rows.Select(row => row[0]));
        Assert.All(rows,
            row =>
                Assert.Equal(int.Parse(row[^1], CultureInfo.InvariantCulture),
                    row[1..^1].Where(cell => cell != "·").Sum(cell => int.Parse(cell, CultureInfo.InvariantCulture))));
        Assert.Equal(1438, rows.Sum(row => int.Parse(row[^1], NumberStyles.AllowThousands, CultureInfo.InvariantCulture)));
    }

    [Fact]
    public async Task A_thousand_rounds_of_ten_nodes_are_each_on_a_page_of_less_than_a_megabyte()
    {
        string[] ten = [.. Enumerable.Range(1, 10).Select(i => $"node-{i}")];
        using var run = new ReportedRun(ten, 1000, Long(ten, 1000));
        var (text, page) = await run.ReportAsync();
        Assert.InRange(text.Length, 100_000, 1_000_000);
        Assert.Equal(Enumerable.Range(1, 1000).Select(round => round.ToString(CultureInfo.InvariantCulture)),
            Rows(page, "rounds", "Every round").Select(row => row[0]));
    }

    [Fact]
    public async Task Of_still_more_rounds_those_that_stand_out_keep_their_rows()
    {
        string[] two = ["node-1", "node-2"];
        using var run = new ReportedRun(two, 1200, Long(two, 1200));
        var (_, page) = await run.ReportAsync();
        var rows = Rows(page, "rounds", "Every round");
        Assert.InRange(rows.Count, 3, 100);
        Assert.Contains(rows, row => row[0] == "100" && row[6].Contains("suspected by", StringComparison.Ordinal));
        Assert.Contains(rows, row => row[0] == "101–199" && row[6].StartsWith("99 rounds", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_run_of_which_nothing_is_known_yet_has_a_page()
    {
        using var run = new ReportedRun(Three, 3, new Story(Three));
        var (_, page) = await run.ReportAsync();
        Assert.Contains("0 of 3 rounds are committed.", page.Descendants("p").Select(text => text.Value));
    }

    private static Story Eventful() => new Story(Three).Starts(1).Quiet(1, "node-1")
        .Opens(2).AllReady(2).Claims(2, 1, "node-2").Suspects(2, 1, "node-2", "node-1").Suspects(2, 1, "node-2", "node-3")
        .Loses(2, 1, "node-2")
        .Claims(2, 2, "node-3").Proposes(2, 2).Commits(2, 2, "node-3")
        .Starts(1).Quiet(3, "node-2").Refuses(7, "TermTaken", "Claim");

    // Every hundredth round has a replaced leader.
    private static Story Long(string[] nodes, int rounds)
    {
        var story = new Story(nodes);
        for (var round = 1L; round <= rounds; round++)
        {
            story.Opens(round).AllReady(round);
            var (leader, next) = (nodes[round % nodes.Length], nodes[(round + 1) % nodes.Length]);
            if (round % 100 == 0)
                story.Claims(round, 1, leader).Suspects(round, 1, leader, next).Loses(round, 1, leader).Claims(round, 2, next)
                    .Proposes(round, 2).Commits(round, 2, next);
            else
                story.Claims(round, 1, leader).Proposes(round, 1).Commits(round, 1, leader);
            for (var node = 0; node < nodes.Length; node++)
                story.Measures(round, node, 0.1 + (0.0004 * ((round * (node + 1)) % 700)), 0.3 + (0.0005 * round));
        }

        return story;
    }

    private static List<string[]> Rows(XDocument page, string section, string table) =>
    [
        .. page.Descendants("section").Single(part => (string?)part.Attribute("id") == section)
            .Descendants("div")
            .First(part =>
                ((string?)part.Attribute("aria-label"))?.StartsWith(table, StringComparison.Ordinal) == true
                    && part.Element("table") is not null)
            .Descendants("tbody").Elements("tr").Select(row => row.Elements().Select(cell => cell.Value).ToArray()),
    ];
}
