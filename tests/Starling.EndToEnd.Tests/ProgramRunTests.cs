using System.Text.RegularExpressions;
using Starling.Api;
using Starling.EndToEnd.Tests.Processes;

namespace Starling.EndToEnd.Tests;

/// <summary><c>starling run</c> with programs in processes of their own, in Python.</summary>
public sealed class ProgramRunTests : IDisposable
{
    // Learns the mean of its rows. Alone it learns its own third of them.
    private const string Learner = """
        import logging, os, time, numpy
        from starling.numpy import Measured, SwarmSession
        rows = numpy.loadtxt(os.environ["STARLING_DATA"])
        weights = {"w": numpy.zeros(1, "float32")}
        def measure():
            loss = float(weights["w"][0] - rows.mean()) ** 2
            return Measured(loss, 1 / (1 + loss), len(rows))
        swarm = SwarmSession(lambda: weights, lambda merged: weights["w"].__setitem__(..., merged["w"]), measure, sync_frequency=2, min_peers=2)
        own = numpy.array_split(rows, swarm.members)[swarm.member]
        print("learning from", own.tolist())
        swarm.on_train_begin()
        for batch in range(int(os.environ["BATCHES"])):
            time.sleep(0.02)
            weights["w"] += 0.5 * (own.mean() - weights["w"])
            swarm.on_batch_end()
        swarm.on_train_end()
        print("ended with", weights["w"][0])
        """;

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    /// <summary>
    /// Red if a program does not get its rows, its variables or its place, if what it measures does not reach the result and the report, or
    /// if it is not compared with what it reaches alone and with all rows.
    /// </summary>
    [Fact(Timeout = TimeLimit.Quick)]
    public async Task Programs_are_started_compared_and_measured_by_themselves()
    {
        var result = (await RunAsync(Learner, batches: 20)).Ended(ExitCode.Done).Json();
        // The first merges the initial weights, the last what was trained since the last sync.
        Assert.Equal(12, result.GetProperty("rounds").GetInt64());
        var accuracy = result.GetProperty("accuracy");
        Assert.InRange(accuracy.GetProperty("swarm").GetDouble(), 0.99, 1);
        Assert.InRange(accuracy.GetProperty("pooled").GetDouble(), 0.99, 1);
        Assert.Equal([0.1, 1, 0.1], accuracy.GetProperty("alone").EnumerateObject().Select(node => Math.Round(node.Value.GetDouble(), 2)));
        var run = result.GetProperty("run").GetString()!;
        Assert.Contains("learning from [7.0, 8.0, 9.0]",
            await File.ReadAllTextAsync(Path.Combine(run, "nodes", "node-3", "data", "logs", "program", "stdout.log"),
                TestContext.Current.CancellationToken), StringComparison.Ordinal);
        var report = await File.ReadAllTextAsync(Path.Combine(run, "report.html"), TestContext.Current.CancellationToken);
        Assert.DoesNotContain("starling model eval", report, StringComparison.Ordinal);
        Assert.Contains("starling model show", report, StringComparison.Ordinal);
        Assert.Contains("<svg", report, StringComparison.Ordinal);
        // Each node with how far it came, and the loss and accuracy that its own program measured.
        Assert.Equal(3,
            Regex.Count(report,
                """<th scope="row">node-\d</th><td>finished</td><td class="n">\d+ of 100</td><td class="n">[\d.E-]+</td><td class="n">[\d.]+ %</td>"""));
    }

    /// <summary>Red if a program that is killed is not started again, or costs the run its end.</summary>
    [Fact(Timeout = TimeLimit.Quick)]
    public async Task A_program_that_is_killed_is_started_again()
    {
        var running = RunAsync(Learner, batches: 100);
        int[] programs = [];
        while (programs.Length < 3 && !running.IsCompleted)
        {
            await Task.Delay(100, TestContext.Current.CancellationToken);
            programs = [.. PythonPrograms.In(folder["runs"])];
        }

        PythonPrograms.Kill(programs[0]);
        var run = (await running).Ended(ExitCode.Done).Json().GetProperty("run").GetString()!;
        // In how many rounds it took part depends on how soon it was back.
        var said = await Task.WhenAll(Enumerable.Range(1, 3).Select(node =>
            File.ReadAllTextAsync(Path.Combine(run, "nodes", $"node-{node}", "data", "logs", "program", "stdout.log"),
                TestContext.Current.CancellationToken)));
        Assert.All(said, log => Assert.Contains("ended with", log, StringComparison.Ordinal));
    }

    [Fact(Timeout = TimeLimit.Quick)]
    public async Task A_program_that_cannot_start_is_told_in_its_own_words_and_nothing_is_left()
    {
        var ended = (await RunAsync("import nothing_of_this_name\n", batches: 4)).Ended(ExitCode.Program);
        Assert.Contains("does not say what its model is: It ended with exit code 1.", ended.Error, StringComparison.Ordinal);
        Assert.Contains("No module named 'nothing_of_this_name'", ended.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(folder["runs"]));
        Assert.Contains("it made no callback", (await RunAsync("pass\n", batches: 4)).Ended(ExitCode.Program).Error,
            StringComparison.Ordinal);
    }

    [Fact(Timeout = TimeLimit.Quick)]
    public async Task A_run_whose_programs_fail_again_and_again_ends_and_says_why()
    {
        var ended = (await RunAsync(Learner.Replace("    time.sleep(0.02)", "    1 / 0", StringComparison.Ordinal),
            batches: 4)).Ended(ExitCode.Program);
        Assert.Contains("fails again and again: The program ended before training had: It ended with exit code 1. ZeroDivisionError: division by zero", ended.Error, StringComparison.Ordinal);
    }

    /// <summary>Red if what only a node alone lacks ends the run, or is not told.</summary>
    [Fact(Timeout = TimeLimit.Quick)]
    public async Task A_program_that_fails_without_a_swarm_says_so_and_the_run_goes_on()
    {
        var ended = (await RunAsync("import os\nif 'STARLING_WRITE_SCORE' in os.environ: 1 / 0\n" + Learner, batches: 4)).Ended(ExitCode.Done);
        Assert.Contains("fails without a swarm: It ended with exit code 1.", ended.Error, StringComparison.Ordinal);
    }

    /// <summary>Red if a program that reads its rows for long is ended at a time that nobody chose, or without a remedy.</summary>
    [Fact(Timeout = TimeLimit.Quick)]
    public async Task A_program_that_opens_no_session_in_time_is_told_which_setting_gives_it_longer()
    {
        var slow = "import os, time\nif 'STARLING_SESSION_SOCKET' in os.environ: time.sleep(600)\n";
        Assert.Contains("opened no session within 2 s, so it was ended; it must read STARLING_SESSION_SOCKET and open one. If it needs longer, raise openTimeout.",
            (await RunAsync(slow + Learner, batches: 4, "--set", "program.openTimeout=2s")).Ended(ExitCode.Program).Error,
            StringComparison.Ordinal);
    }

    [Fact(Timeout = TimeLimit.Quick)]
    public async Task The_simulator_says_that_it_cannot()
    {
        Write(Learner, batches: 4);
        Assert.Contains("whose model and rows only that program knows",
            (await StarlingProcess.RunAsync(folder.Path, "sim", "own.yaml")).Ended(ExitCode.Data).Error, StringComparison.Ordinal);
    }

    private Task<CommandResult> RunAsync(string program, int batches, params string[] settings)
    {
        Write(program, batches);
        return StarlingProcess.RunAsync(folder.Path, ["run", "own.yaml", "--json", .. settings]);
    }

    private void Write(string program, int batches)
    {
        folder.Write("train.py", program);
        folder.Write("rows.txt", string.Join('\n', Enumerable.Range(1, 9)));
        folder.Write("own.yaml", $$"""
            name: own
            nodes: 3
            data: { set: own, file: rows.txt }
            program: { kind: command, command: [{{PythonPrograms.Python}}, train.py], environment: [BATCHES={{batches}}] }
            training: { rounds: 100, syncInterval: 2, minPeers: 2 }
            """);
    }
}
