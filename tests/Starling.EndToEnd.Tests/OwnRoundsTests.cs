using Starling.Api;
using Starling.Api.Events;
using Starling.EndToEnd.Tests.Processes;

namespace Starling.EndToEnd.Tests;

/// <summary>Runs of a protocol without rounds on the ledger: the examples with nothing but the protocol changed.</summary>
public sealed class OwnRoundsTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact(Timeout = TimeLimit.Quick)]
    public async Task Each_node_ends_with_a_model_of_its_own_and_the_run_with_their_mean()
    {
        var json = (await RunAsync("--set", "training.rounds=25")).Ended(ExitCode.Done).Json();
        var accuracy = json.GetProperty("accuracy");
        Assert.True(accuracy.GetProperty("swarm").GetDouble() > accuracy.GetProperty("aloneMean").GetDouble() + 0.2, json.GetRawText());
        Assert.Equal((25, 4), (json.GetProperty("rounds").GetInt64(), json.GetProperty("own").EnumerateObject().Count()));
        var measured =
            (await StarlingProcess.RunAsync(folder.Path, "model", "eval", "--run", "digits-1", "--json")).Ended(ExitCode.Done).Json();
        Assert.Equal(accuracy.GetProperty("swarm").GetDouble(), measured.GetProperty("score").GetProperty("accuracy").GetDouble(), 12);
        string[] models =
            [.. new RunRecord(folder["runs/digits-1"]).Nodes.Select(node => folder[$"runs/digits-1/nodes/{node}/model.safetensors"])];
        (await StarlingProcess.RunAsync(folder.Path, ["merge", "--out", "mean.safetensors", .. models])).Ended(ExitCode.Done);
        Assert.Equal(File.ReadAllBytes(folder["runs/digits-1/model.safetensors"]), File.ReadAllBytes(folder["mean.safetensors"]));
        // A row for each of 25 rounds and 4 nodes, and the heading.
        Assert.Equal(101, File.ReadAllLines(folder["runs/digits-1/metrics.csv"]).Length);
        var ledger = (await StarlingProcess.RunAsync(folder.Path, "ledger", "log", "digits-1", "--json")).Ended(ExitCode.Done);
        Assert.Single(ledger.Output.Trim().Split('\n'));
    }

    [Fact(Timeout = TimeLimit.Quick)]
    public async Task A_killed_node_and_then_the_killed_run_go_on_where_they_were()
    {
        const int Rounds = 40;
        await using (var run = StarlingProcess.Start(folder.Path, "run", Examples.Path("digits.yaml"), "--set", "protocol=gossip", "--set",
            $"training.rounds={Rounds}"))
        {
            await run.LineAsync(line => line.StartsWith("round 3 of", StringComparison.Ordinal));
            await KillAsync(new RunRecord(folder["runs/digits-1"]), "node-2");
            await run.LineAsync(line => line.StartsWith("node-2 is started again", StringComparison.Ordinal));
            await run.LineAsync(line => line.StartsWith("round 12 of", StringComparison.Ordinal));
            await run.KillAsync(withChildren: true);
        }

        var before = Passed();
        var resumed = (await StarlingProcess.RunAsync(folder.Path, "run", "--resume", "digits-1", "--json")).Ended(ExitCode.Done).Json();
        Assert.Equal(Rounds, resumed.GetProperty("rounds").GetInt64());
        var after = Passed();
        Assert.All(before,
            node =>
                Assert.True(node.Value.SequenceEqual(after[node.Key].Take(node.Value.Count)), $"{node.Key} went through a round twice"));
        Assert.All(after,
            node => Assert.Equal(Enumerable.Range(1, Rounds).Select(round => (long)round), node.Value.Select(passed => passed.Round)));
    }

    /// <summary>The rounds that each node told it has passed, and with which model: twice the same is one.</summary>
    private Dictionary<string, List<(long Round, string Model)>> Passed()
    {
        var record = new RunRecord(folder["runs/digits-1"]);
        return record.Nodes.ToDictionary(
            node => node,
            node => record.Events(node).OfType<RoundPassedEvent>().Select(passed => (passed.Round, passed.Model)).Distinct().ToList(),
            StringComparer.Ordinal);
    }

    private static async Task KillAsync(RunRecord record, string node)
    {
        using var client = record.Client(node);
        using var process =
            System.Diagnostics.Process.GetProcessById((await client.GetHealthAsync(TestContext.Current.CancellationToken)).Process);
        process.Kill();
    }

    private Task<CommandResult> RunAsync(params IEnumerable<string> more) =>
        StarlingProcess.RunAsync(folder.Path, ["run", Examples.Path("digits.yaml"), "--set", "protocol=gossip", "--json", .. more]);
}
