using System.Globalization;
using Starling.Api;
using Starling.EndToEnd.Tests.Processes;

namespace Starling.EndToEnd.Tests;

/// <summary>Tasks whose programs run in processes of their own, in the sandbox, beside two nodes.</summary>
public sealed class TaskProgramTests : IAsyncLifetime
{
    private static int naps;

    private readonly ServingNodes nodes = new(2);

    // No other test's sleep, nor that of another run, has this time.
    private readonly string nap = string.Create(CultureInfo.InvariantCulture,
        $"3600.{Environment.ProcessId:0000000}{Interlocked.Increment(ref naps):000}");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        await nodes.ProvisionAsync();
        nodes.Start();
        await nodes.RunAsync("wait-for", "--pause", "200ms", "--retries", "600");
        await nodes.RunAsync(["runner", "create", "lab", "--operators", .. nodes.Certificates]);
        nodes.Folder.WriteExperiment(2, minPeers: 2, rounds: 4);
        await nodes.RunAsync("contract", "create", "small", "--experiment", "small.yaml");
    }

    public async ValueTask DisposeAsync() => await nodes.DisposeAsync();

    /// <summary>Red if a program within walls cannot reach its node, or what it trains does not become the contract's model.</summary>
    [Fact(Timeout = TimeLimit.Quick)]
    public async Task A_program_in_the_sandbox_trains_over_its_session()
    {
        var lines = await File.ReadAllLinesAsync(nodes.Folder["small.yaml"], Cancel);
        await AssignAsync($"command: [starling, program, train, experiment.yaml]\n  executor: sandbox\n  files:\n    - name: experiment.yaml\n      text: |\n{string.Concat(lines.Select(line => $"        {line}\n"))}");
        await nodes.RunAsync("runner", "wait", "--timeout", "3m");
        var logs = (await nodes.RunAsync("task", "logs", "train")).Output;
        Assert.Contains("Training of small has ended after 4 rounds.", logs, StringComparison.Ordinal);
        Assert.Contains("training has ended after 4 rounds: accuracy", logs, StringComparison.Ordinal); // The program's own words.
        await nodes.RunAsync("model", "download", "small");
    }

    /// <summary>Red if a program that never opens its session is waited for, or if nobody hears why it was ended.</summary>
    [Fact(Timeout = TimeLimit.Quick)]
    public async Task A_program_that_opens_no_session_is_ended_with_the_reason()
    {
        await AssignAsync($"command: [sleep, '{nap}']\n  executor: sandbox\n  openTimeout: 2s");
        (await StarlingProcess.RunAsync(nodes.Folder.Path, "runner", "wait", "--timeout", "2m")).Ended(ExitCode.Task);
        Assert.Contains("The program opened no session within 2 s, so it was ended", (await nodes.RunAsync("task", "logs", "train")).Output,
            StringComparison.Ordinal);
        Assert.Empty(Running(nap));
    }

    /// <summary>Red if more of a program's output than its end cannot be had, or if what it wrote reaches the terminal as it is.</summary>
    [Fact(Timeout = TimeLimit.Quick)]
    public async Task Whoever_assigned_a_task_reads_all_that_its_programs_wrote()
    {
        nodes.Folder.Write("talk.yaml",
            "name: talk\nkind: prepare-content\noutcome: talk\nbody:\n  command: [sh, -c, 'i=0; while [ $i -lt 2000 ]; do echo line $i; i=$((i+1)); done; printf \"\\\\033[2J\"; echo x > a']\n  outputs: [a]\n");
        await nodes.RunAsync("task", "create", "talk.yaml");
        await nodes.RunAsync("task", "finalise", "talk");
        await nodes.RunAsync("assign", "talk", "with", "all", "peers");
        await nodes.RunAsync("runner", "wait", "--timeout", "2m");
        Assert.DoesNotContain("line 7\n", (await nodes.RunAsync("task", "logs", "talk")).Output, StringComparison.Ordinal);
        var whole = (await nodes.RunAsync("task", "logs", "talk", "--whole")).Output;
        Assert.Equal(2, whole.Split("line 7\n").Length - 1);
        Assert.DoesNotContain('\u001b', whole);
    }

    /// <summary>Red if a cancelled task's program, or a process that it started, lives on.</summary>
    [Fact(Timeout = TimeLimit.Quick)]
    public async Task Cancelling_ends_a_program_and_leaves_nothing_of_it()
    {
        await AssignAsync($"command: [sh, -c, 'sleep {nap} & sleep {nap}']\n  executor: sandbox\n  openTimeout: 1h");
        while (Running(nap).Count < 4) // Two of each of the two nodes.
            await Task.Delay(50, Cancel);
        await nodes.RunAsync("task", "cancel", "train");
        (await StarlingProcess.RunAsync(nodes.Folder.Path, "runner", "wait", "--timeout", "2m")).Ended(ExitCode.Task);
        while (Running(nap).Count > 0) // A node may hear of it a moment after the ledger has it.
            await Task.Delay(50, Cancel);
    }

    private async Task AssignAsync(string body)
    {
        nodes.Folder.Write("train.yaml", $"name: train\nkind: run-training\ntraining: small\noutcome: a model\nbody:\n  {body}\n");
        await nodes.RunAsync("task", "create", "train.yaml");
        await nodes.RunAsync("task", "finalise", "train");
        await nodes.RunAsync("assign", "train", "with", "all", "peers");
    }

    // The processes of this machine that are 'sleep' with this time.
    private static List<string> Running(string time) =>
        [.. Directory.EnumerateDirectories("/proc").Where(path => int.TryParse(Path.GetFileName(path), out _))
            .Where(path => Words(path) is [var program, var word] && program.EndsWith("sleep", StringComparison.Ordinal) && word == time)];

    private static string[] Words(string process)
    {
        try
        {
            return File.ReadAllText(Path.Combine(process, "cmdline")).Split('\0', StringSplitOptions.RemoveEmptyEntries);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return []; // It has just ended.
        }
    }
}
