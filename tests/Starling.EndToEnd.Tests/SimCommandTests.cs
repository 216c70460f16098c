using System.Globalization;
using System.Text.RegularExpressions;
using Starling.Api;
using Starling.EndToEnd.Tests.Processes;

namespace Starling.EndToEnd.Tests;

public sealed class SimCommandTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory(Timeout = TimeLimit.Quick)]
    [InlineData("none")]
    [InlineData("mild")]
    [InlineData("storm")]
    public async Task Seeds_run_and_the_last_line_counts_them(string faults)
    {
        folder.WriteExperiment(nodes: 4, minPeers: 3, rounds: 2);
        var json = (await StarlingProcess.RunAsync(folder.Path, "sim", "small.yaml", "--seeds", "3", "--first", "7", "--faults", faults,
            "--json")).Ended(ExitCode.Done).Json();
        Assert.Equal((3, 0), (json.GetProperty("seeds").GetInt32(), json.GetProperty("violations").GetInt32()));
        Assert.True(json.GetProperty("events").GetInt64() > 100);
        Assert.True(json.GetProperty("seconds").GetDouble() > 0);
    }

    /// <summary>Red if a single seed that breaks a rule has no command that replays it, or says nothing of what it drew.</summary>
    [Fact(Timeout = TimeLimit.Quick)]
    public async Task A_single_seed_says_how_to_replay_it_and_what_it_drew()
    {
        folder.WriteExperiment(nodes: 4, minPeers: 3, rounds: 8);
        string[] settings = ["simulation.mostEvents=1000", "simulation.audits=[off]"];
        string[] command =
            ["sim", "small.yaml", "--seeds", "1", "--first", "5", "--faults", "none", "--set", settings[0], "--set", settings[1]];
        var replay = $"./starling sim small.yaml --seeds 1 --first 5 --faults none --trace --set {settings[0]} --set '{settings[1]}'";
        var lines = (await StarlingProcess.RunAsync(folder.Path, command)).Ended(ExitCode.CheckFailed).Output.Split('\n');
        Assert.Contains($"  replay: {replay}", lines);
        Assert.Contains("drew training.audit off", lines);
        var json = (await StarlingProcess.RunAsync(folder.Path, [.. command, "--json"])).Ended(ExitCode.CheckFailed).Json();
        Assert.Equal([replay], json.GetProperty("replays").EnumerateArray().Select(one => one.GetString()));
        Assert.Equal("off", json.GetProperty("drawn").GetProperty("training.audit").GetString());

        // What is printed can be pasted, from where ./starling is, and shows the same.
        folder.Write("starling", $"#!/bin/sh\nexec dotnet '{Path.Combine(AppContext.BaseDirectory, "starling.dll")}' \"$@\"\n");
        var pasted = (await GuardedProcess.ShellAsync(folder.Path, $"chmod 700 starling; {replay}")).Ended(ExitCode.CheckFailed).Output
            .Split('\n');
        var trace = Assert.Single(lines, line => line.StartsWith("trace hash ", StringComparison.Ordinal));
        Assert.Contains(trace, pasted);
        Assert.True(pasted.Length > lines.Length + 100, "The replay traces nothing.");
    }

    /// <summary>
    /// Red if a wrong merge of the example's liar is neither named nor told as late (docs/promises.md), if an honest node is named, or if
    /// the model is worse for it.
    /// </summary>
    [Fact(Timeout = TimeLimit.Quick)]
    public async Task The_cheating_leader_is_named_for_each_wrong_merge()
    {
        var told = (await StarlingProcess.RunAsync(folder.Path, "sim", Examples.Path("cheating-leader.yaml"), "--seeds", "1", "--faults",
            "none")).Ended(ExitCode.Done).Output;
        Assert.StartsWith("n1 lied: WrongMerge", Assert.Single(told.Split('\n'), line => line.Contains(" lied: ", StringComparison.Ordinal)),
            StringComparison.Ordinal);
        var named = Assert.Single(told.Split('\n'), line => line.Contains(" was named in ", StringComparison.Ordinal));
        Assert.Equal($"n1 was named in {Count("named")} of 30 rounds for a merge that the majority did not find", named);
        Assert.Equal(Count("lie WrongMerge"), Count("named") + Count("happened DisputedLate"));
        Assert.InRange(Count("named"), 10, 30);
        Assert.InRange(
            double.Parse(Regex.Match(told, @"virtual seconds, accuracy ([0-9.]+) %").Groups[1].Value, CultureInfo.InvariantCulture), 90, 100);

        int Count(string what) =>
            int.Parse(Regex.Match(told, $@"(^|, ){what} (\d+)(,|$)", RegexOptions.Multiline).Groups[2].Value, CultureInfo.InvariantCulture);
    }

    [Fact(Timeout = TimeLimit.Quick)]
    public async Task A_seed_is_traced_alike_each_time()
    {
        folder.WriteExperiment(nodes: 3, minPeers: 2, rounds: 2);
        string[] command = ["sim", "small.yaml", "--seeds", "1", "--first", "5", "--faults", "storm", "--trace"];
        var lines = (await StarlingProcess.RunAsync(folder.Path, command)).Ended(ExitCode.Done).Output.Split('\n');
        Assert.StartsWith("trace hash ", lines[^2], StringComparison.Ordinal);
        Assert.StartsWith("seeds 1, violations 0, events ", lines[^1], StringComparison.Ordinal);
        Assert.Equal(lines[..^1], (await StarlingProcess.RunAsync(folder.Path, command)).Ended(ExitCode.Done).Output.Split('\n')[..^1]);
        var report = Path.Combine(folder.Path, "seed.html");
        Assert.Equal(lines[^2],
            (await StarlingProcess.RunAsync(folder.Path, [.. command[..^1], "--report", report])).Ended(ExitCode.Done).Output
                .Split('\n')[^2]);
        Assert.Contains(lines[^2]["trace hash ".Length..], await File.ReadAllTextAsync(report, TestContext.Current.CancellationToken),
            StringComparison.Ordinal);
        Assert.Contains("add --seeds 1",
            (await StarlingProcess.RunAsync(folder.Path, "sim", "small.yaml", "--seeds", "2", "--trace")).Ended(ExitCode.Usage).Error,
            StringComparison.Ordinal);
    }
}
