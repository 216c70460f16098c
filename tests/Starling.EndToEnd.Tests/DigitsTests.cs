using Starling.Api;
using Starling.EndToEnd.Tests.Processes;

namespace Starling.EndToEnd.Tests;

/// <summary>The first thing that a newcomer sees.</summary>
public sealed class DigitsTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact(Timeout = TimeLimit.Quick)]
    public async Task The_swarm_learns_what_nobody_could_alone()
    {
        var json = await RunAsync(seed: 1, "--set", "training.rounds=25");
        var accuracy = json.GetProperty("accuracy");
        Assert.True(accuracy.GetProperty("swarm").GetDouble() > accuracy.GetProperty("aloneMean").GetDouble() + 0.2, json.GetRawText());
        var measured =
            (await StarlingProcess.RunAsync(folder.Path, "model", "eval", "--run", "digits-1", "--json")).Ended(ExitCode.Done).Json();
        Assert.Equal(accuracy.GetProperty("swarm").GetDouble(), measured.GetProperty("score").GetProperty("accuracy").GetDouble(), 12);
        var predicted = (await StarlingProcess.RunAsync(folder.Path, "model", "predict", "--run", "digits-1")).Ended(ExitCode.Done).Output
            .Split('\n').Skip(1).ToList();
        Assert.Equal(measured.GetProperty("score").GetProperty("examples").GetInt64(), predicted.Count);
        var last =
            (await StarlingProcess.RunAsync(folder.Path, "model", "predict", "--run", "digits-1", "--json")).Ended(ExitCode.Done).Json();
        Assert.StartsWith($"{last.GetProperty("row").GetInt32()},{last.GetProperty("label").GetString()},{last.GetProperty("predicted").GetString()},", predicted[^1], StringComparison.Ordinal);
        var right = predicted.Count(row => row.Split(',') is var cells && cells[1] == cells[2]);
        Assert.Equal(measured.GetProperty("score").GetProperty("accuracy").GetDouble(), (double)right / predicted.Count, 12);
    }

    [Theory(Timeout = TimeLimit.Full)]
    [Trait("Category", "Full")]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    public async Task It_comes_within_two_points_of_pooled_data(int seed)
    {
        var accuracy = (await RunAsync(seed)).GetProperty("accuracy");
        var swarm = accuracy.GetProperty("swarm").GetDouble();
        Assert.InRange(swarm, accuracy.GetProperty("pooled").GetDouble() - 0.02, 1);
        Assert.InRange(swarm, accuracy.GetProperty("aloneMean").GetDouble() + 0.2, 1);
    }

    [Fact(Timeout = TimeLimit.Full)]
    [Trait("Category", "Full")]
    public async Task Killed_as_a_whole_and_resumed_it_is_as_good()
    {
        var whole = (await RunAsync(seed: 1)).GetProperty("accuracy").GetProperty("swarm").GetDouble();
        await using (var run = StarlingProcess.Start(folder.Path, "run", Examples.Path("digits.yaml"), "--seed", "1"))
        {
            await run.LineAsync(line => line.StartsWith("round 10 of", StringComparison.Ordinal));
            await run.KillAsync(withChildren: true);
        }

        var before = new RunRecord(folder["runs/digits-2"]).Commits().ToDictionary(round => round.Key, Enumerable.Single);
        var resumed = (await StarlingProcess.RunAsync(folder.Path, "run", "--resume", "digits-2", "--json")).Ended(ExitCode.Done).Json();
        Assert.InRange(resumed.GetProperty("accuracy").GetProperty("swarm").GetDouble(), whole - 0.01, whole + 0.01);
        var after = new RunRecord(folder["runs/digits-2"]).Commits();
        Assert.All(before, round => Assert.Equal(round.Value, Assert.Single(after[round.Key])));
        Assert.Equal(resumed.GetProperty("rounds").GetInt64(), after.Count);
    }

    private async Task<System.Text.Json.JsonElement> RunAsync(int seed, params IEnumerable<string> more) =>
        (await StarlingProcess.RunAsync(folder.Path, ["run", Examples.Path("digits.yaml"), "--seed", $"{seed}", "--json", .. more]))
            .Ended(ExitCode.Done).Json();
}
