using System.Runtime.CompilerServices;
using System.Xml.Linq;
using Starling.Cli.Reports;
using Starling.Learning.Experiments;
using Starling.Simulation;

namespace Starling.Cli.Tests.Reports;

public sealed class SimulationReportTests
{
    private static readonly Experiment Synthetic = ExperimentReader.ReadFile(Path.Combine(Root(), "examples", "synthetic.yaml"));

    [Fact]
    public void A_seed_with_liars_is_shown_as_its_trace_has_it()
    {
        var scenario = SimulationScenario.From(Synthetic);
        for (var seed = 1UL; ; seed++)
        {
            var (lines, record) = (new List<string>(), new SimulationRecord());
            var result =
                SimulationRunner.RunTwice(scenario, seed, FaultLevel.Storm, record, lines.Add, TestContext.Current.CancellationToken);
            if (result.Liars.IsEmpty || result.Rounds == 0)
                continue;
            var page = Compose(result, record);
            var cards = page.Descendants("li").Select(card => card.Value).ToList();
            Assert.Contains($"{result.Rounds} rounds committed", cards);
            Assert.Contains($"{lines.Count(line => line.EndsWith("** starts", StringComparison.Ordinal)) - record.Nodes.Count} restarts of nodes", cards);
            Assert.Equal(result.Liars.Keys, Rows(page, "Liars").Select(row => row[0]));
            Assert.Equal(lines.Count(line => line.EndsWith("** is killed", StringComparison.Ordinal)),
                record.Notes.Count(note => note.What == "is killed") + (int)record.MoreNotes);
            Assert.Contains(result.TraceHash.ToString(), page.Descendants("td").Select(cell => cell.Value));
            return;
        }
    }

    [Fact]
    public void A_broken_rule_is_the_first_thing_that_is_said()
    {
        var result = SimulationRunner.Run(SimulationScenario.From(Synthetic), 1, FaultLevel.None,
            cancellation: TestContext.Current.CancellationToken);
        var page = Compose(result with
        {
            Violations = [new Violation("one merge a round", TimeSpan.FromSeconds(3), "two <merges> committed", "")]
        }, new SimulationRecord());
        Assert.Equal("The rule “one merge a round” was broken at 3.0 s: two <merges> committed", page.Descendants("p").First().Value);
        Assert.Equal("rule broken", page.Descendants("span").First(span => (string?)span.Attribute("class") == "state open").Value);
    }

    /// <summary>Red if the settings in force are those of the experiment where the seed drew others.</summary>
    [Fact]
    public void What_a_seed_drew_is_marked_among_the_settings()
    {
        var result = SimulationRunner.Run(SimulationScenario.From(Synthetic), 1, FaultLevel.None,
            cancellation: TestContext.Current.CancellationToken);
        var drawn = result.Drawn.Clear().Add("training.minPeers", "4").Add("training.adaptive.on", "true")
            .Add("training.adaptive.least", "7");
        var page = Compose(result with { Drawn = drawn }, new SimulationRecord());
        var rows = Rows(page, "Settings").ToList();
        Assert.Equal("4 (drawn; the experiment has 3)", rows.Single(row => row[0] == "training.minPeers")[1]);
        var adaptive = rows.FindIndex(row => row[0] == "training.adaptive.on");
        Assert.Equal("true (drawn; the experiment has false)", rows[adaptive][1]);
        Assert.Equal(["training.adaptive.least", "7 (drawn)", "none"], rows[adaptive + 1]);
        Assert.Contains("what this seed drew", page.Root!.Value, StringComparison.Ordinal);
        Assert.DoesNotContain("what this seed drew", Compose(result with { Drawn = drawn.Clear() }, new SimulationRecord()).Root!.Value,
            StringComparison.Ordinal);
    }

    private static XDocument Compose(SimulationResult result, SimulationRecord record)
    {
        var file = Path.GetTempFileName();
        try
        {
            new SimulationReportPage(Synthetic, result, record).Write(file, "./starling sim");
            return XDocument.Load(file);
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static IEnumerable<string[]> Rows(XDocument page, string table) =>
        page.Descendants("div").Single(part => (string?)part.Attribute("aria-label") == table)
        .Descendants("tbody").Elements("tr").Select(row => row.Elements().Select(cell => cell.Value).ToArray());

    private static string Root([CallerFilePath] string here = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "../../.."));
}
