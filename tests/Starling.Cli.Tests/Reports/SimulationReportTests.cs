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
