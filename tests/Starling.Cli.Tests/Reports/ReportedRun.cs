using System.Text.Json;
using System.Xml.Linq;
using Starling.Api;
using Starling.Api.Events;
using Starling.Cli.Reports;
using Starling.Cli.Runs;

namespace Starling.Cli.Tests.Reports;

/// <summary>A run's folder without a run: what nodes told is made up.</summary>
internal sealed class ReportedRun : IDisposable
{
    private readonly RunFolder folder = new(Directory.CreateTempSubdirectory("starling-report-").FullName);

    public ReportedRun(string[] nodes, long rounds, Story story, string data = "data: { set: synthetic }")
    {
        File.WriteAllText(folder.Experiment,
            $"name: story\nnodes: {nodes.Length}\n{data}\ntraining: {{ rounds: {rounds}, minPeers: 2, grace: 300ms }}\n");
        var plan = new RunPlan("story", new string('0', 64), Story.Id("admin"), Story.Start,
            [.. nodes.Select(node => new PlannedNode(node, Story.Id(node), 1))]);
        folder.Write(plan);
        for (var i = 0; i < nodes.Length; i++)
        {
            var events = folder.NodeData(plan.Nodes[i]);
            Directory.CreateDirectory(events);
            File.WriteAllLines(Path.Combine(events, EventFile.Name),
                story.Of(i).Select(told => JsonSerializer.Serialize(told, ApiJson.Default.ApiEvent)));
        }
    }

    public RunFolder Folder => folder;

    /// <summary>Writes the report.</summary>
    /// <returns>Its text, and what an XML parser makes of it.</returns>
    public async Task<(string Text, XDocument Page)> ReportAsync(string? ending = null)
    {
        var text = await File.ReadAllTextAsync(await RunReport.WriteAsync(folder, null, ending, TestContext.Current.CancellationToken),
            TestContext.Current.CancellationToken);
        return (text, XDocument.Parse(text));
    }

    public void Dispose() => Directory.Delete(folder.Path, recursive: true);
}
