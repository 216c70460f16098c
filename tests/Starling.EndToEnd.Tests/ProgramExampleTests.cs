using System.Text.Json;
using Starling.Api;
using Starling.EndToEnd.Tests.Processes;

namespace Starling.EndToEnd.Tests;

/// <summary>The examples of programs in Python, as a newcomer runs them.</summary>
public sealed class ProgramExampleTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    /// <summary>Red if four estimators with few digits each do not learn all of them from each other.</summary>
    [Fact(Timeout = TimeLimit.Quick)]
    public async Task Estimators_with_few_digits_each_learn_all_of_them()
    {
        var accuracy = (await RunAsync("digits-sklearn")).GetProperty("accuracy");
        Assert.InRange(accuracy.GetProperty("swarm").GetDouble(), 0.92, 1);
        Assert.InRange(accuracy.GetProperty("aloneMean").GetDouble(), 0, 0.5);
    }

    /// <summary>Red if members with a case in a thousand rows do not find more of them together than each alone.</summary>
    [Fact(Timeout = TimeLimit.Full)]
    [Trait("Category", "Full")]
    public async Task Rare_cases_are_found_better_together()
    {
        var run = (await RunAsync("tabular-imbalanced")).GetProperty("run").GetString()!;
        using var alone =
            JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(run, "baselines.json"), TestContext.Current.CancellationToken));
        var best = alone.RootElement.GetProperty("alone").EnumerateObject().Max(node => node.Value.GetProperty("auc").GetDouble());
        var swarm = File.ReadLines(Path.Combine(run, "nodes", "node-1", "data", "events.jsonl"))
            .Select(line => JsonDocument.Parse(line).RootElement)
            .Last(told => told.GetProperty("kind").GetString() == "finished").GetProperty("measurement").GetProperty("auc").GetDouble();
        Assert.InRange(swarm, best + 0.02, 1);
    }

    /// <summary>Red if a head alone is more than a twentieth of the bytes, or costs more than a point of accuracy.</summary>
    [Fact(Timeout = TimeLimit.Full)]
    [Trait("Category", "Full")]
    public async Task A_head_over_a_frozen_backbone_is_a_twentieth_of_the_bytes_within_a_point()
    {
        var head = await RunAsync("frozen-backbone");
        var all = await RunAsync("frozen-backbone", "--set", "program.environment=[EXCHANGE=all]");
        Assert.InRange(head.GetProperty("bytes").GetDouble() / all.GetProperty("bytes").GetDouble(), 0, 0.05);
        Assert.InRange(head.GetProperty("accuracy").GetProperty("swarm").GetDouble(),
            all.GetProperty("accuracy").GetProperty("swarm").GetDouble() - 0.01, 1);
    }

    private async Task<JsonElement> RunAsync(string example, params string[] settings) =>
        (await StarlingProcess.RunAsync(folder.Path, ["run", Examples.Path($"{example}/experiment.yaml"), "--json", .. settings]))
            .Ended(ExitCode.Done).Json();
}
