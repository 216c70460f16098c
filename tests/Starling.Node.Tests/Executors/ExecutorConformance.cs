using System.Collections.Immutable;
using System.Text;
using Starling.Node.Executors;

namespace Starling.Node.Tests.Executors;

/// <summary>What every executor does, wherever it runs its programs.</summary>
public abstract class ExecutorConformance(string kind)
{
    // What nobody can tell apart is left to the last of several works without control groups, and an ordinary user's
    // tests run several at once.
    private static readonly string Forget = Environment.UserName == "root" ? "%ENV = ();" : "";

    // Forks twice, leads a session, ignores SIGTERM, and forgets the environment by which it could be known.
    private static string Daemon(string name) =>
        "perl -e 'use POSIX; exit if fork; setsid; exit if fork; $SIG{TERM} = \"IGNORE\"; $SIG{HUP} = \"IGNORE\"; "
        + $"{Forget} close STDOUT; close STDERR; exec \"/usr/bin/perl\", \"-e\", \"open F, q(>daemon); close F; sleep 600\", \"{name}\"'";

    // A file of three million bytes whose path no call takes whole.
    private const string Deep = "perl -e 'for (1..20) { mkdir q(n) x 255 or die; chdir q(n) x 255 or die } "
        + "open F, q(>file) or die; syswrite F, q(x) x 3e6 or die; ";

    private Task<Scratch> OpenAsync() => Scratch.OpenAsync(kind);

    [Fact]
    public async Task Exit_code_and_both_streams_come_back()
    {
        await using var scratch = await OpenAsync();
        var result = await scratch.RunAsync(scratch.Shell("echo said; echo warned >&2; exit 3"));
        Assert.Equal((WorkEnd.Exited, 3, "said\n", "warned\n"), (result.End, result.ExitCode, result.LastOutput, result.LastErrorOutput));
        Assert.False(result.Succeeded);
        Assert.Empty(result.Remarks);
        Assert.True((await scratch.RunAsync(scratch.Order("true"))).Succeeded);
    }

    [Fact]
    public async Task Arguments_are_not_read_by_a_shell()
    {
        await using var scratch = await OpenAsync();
        var result = await scratch.RunAsync(scratch.Order("printf", "%s|", "$(id) `id` ; id", "", "--", "a\nb", "*"));
        Assert.Equal("$(id) `id` ; id||--|a\nb|*|", result.LastOutput);
    }

    [Fact]
    public async Task The_environment_is_what_was_given_and_nothing_of_the_node()
    {
        await using var scratch = await OpenAsync();
        Assert.NotNull(Environment.GetEnvironmentVariable("PATH"));
        var order = scratch.Order("env") with { Environment = ImmutableSortedDictionary<string, string>.Empty.Add("ROUNDS", "4 or 5") };
        var lines = (await scratch.RunAsync(order)).LastOutput.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        // The shell that waits in a sandbox adds the last three.
        var names = lines.Select(line => line.Split('=')[0]).Except(["PWD", "OLDPWD", "SHLVL"]).Order(StringComparer.Ordinal);
        Assert.Equal(["HOME", "LANG", "PATH", "ROUNDS", "STARLING_WORK"], names);
        Assert.Contains("ROUNDS=4 or 5", lines);
        Assert.Contains($"HOME={scratch.Work}", lines);
    }

    [Fact]
    public async Task What_a_variable_holds_is_read_by_no_shell()
    {
        await using var scratch = await OpenAsync();
        const string odd = "it's \"$(id)\" `id` $HOME \\ \n end' ; id #\u00C1\u0205";
        var order = scratch.Order("printenv", "ODD") with { Environment = ImmutableSortedDictionary<string, string>.Empty.Add("ODD", odd) };
        Assert.Equal(odd + "\n", (await scratch.RunAsync(order)).LastOutput);
    }

    [Fact]
    public async Task It_starts_in_the_work_folder_reads_its_inputs_and_its_input_stream_is_empty()
    {
        await using var scratch = await OpenAsync();
        var input = scratch.Put("data/rows.csv", "1,2\n");
        var result = await scratch.RunAsync(
            scratch.Shell($"cat; pwd; cat {input}; echo kept >result") with { Inputs = [Path.GetDirectoryName(input)!] });
        Assert.Equal($"{scratch.Work}\n1,2\n", result.LastOutput);
        Assert.Equal("kept\n", await File.ReadAllTextAsync(Path.Combine(scratch.Work, "result"), Scratch.Cancellation));
    }

    [Fact]
    public async Task Output_is_streamed_while_it_runs()
    {
        await using var scratch = await OpenAsync();
        await using var work =
            await scratch.Executor.StartAsync(scratch.Shell("echo ready; while [ ! -e go ]; do sleep 0.02; done; echo gone"),
                Scratch.Cancellation);
        await Scratch.SaidAsync(work, "ready");
        Assert.False(work.Completion.IsCompleted);
        await File.WriteAllTextAsync(Path.Combine(scratch.Work, "go"), "", Scratch.Cancellation);
        Assert.Equal("ready\ngone\n", (await work.Completion.WaitAsync(Scratch.Cancellation)).LastOutput);
        Assert.False(await work.Output.WaitAsync(work.Output.Total, Scratch.Cancellation));
    }

    [Fact]
    public async Task Much_output_is_bounded_and_its_end_is_kept()
    {
        await using var scratch = await OpenAsync();
        var logs = Directory.CreateDirectory(Path.Combine(scratch.Root, "logs")).FullName;
        var order = scratch.Shell("seq 1 200000; printf '\\033[2Jend'") with
        {
            OutputFolder = logs,
            Limits = new WorkLimits { OutputBytes = 100_000 }
        };
        await using var work = await scratch.Executor.StartAsync(order, Scratch.Cancellation);
        var result = await work.Completion.WaitAsync(Scratch.Cancellation);
        Assert.True(result.Succeeded, $"{result}");
        Assert.EndsWith("199999\n200000\n\uFFFD[2Jend", result.LastOutput, StringComparison.Ordinal);
        Assert.InRange(Encoding.UTF8.GetByteCount(result.LastOutput), 1000, 4100);
        Assert.Equal((work.Output.Total - OutputRing.Capacity, OutputRing.Capacity),
            (work.Output.Read(0).From, work.Output.Read(0).Bytes.Length));
        Assert.InRange(Directory.EnumerateFiles(logs).Sum(file => new FileInfo(file).Length), 50_000, 100_000);
        Assert.EndsWith("2Jend", await File.ReadAllTextAsync(Path.Combine(logs, "stdout.log"), Scratch.Cancellation),
            StringComparison.Ordinal);
    }

    /// <summary>Red if a start deletes what the one before it said.</summary>
    [Fact]
    public async Task Output_of_a_work_that_is_started_again_is_kept_whole()
    {
        await using var scratch = await OpenAsync();
        var logs = Directory.CreateDirectory(Path.Combine(scratch.Root, "logs")).FullName;
        foreach (var text in new[] { "one", "two" })
            Assert.True((await scratch.RunAsync(scratch.Shell($"echo {text}") with { OutputFolder = logs })).Succeeded);
        Assert.Matches("^one\n\n--- started again at .*Z ---\ntwo\n$",
            await File.ReadAllTextAsync(Path.Combine(logs, "stdout.log"), Scratch.Cancellation));
        Assert.Empty(await File.ReadAllTextAsync(Path.Combine(logs, "stderr.log"), Scratch.Cancellation));
    }

    [Fact]
    public async Task A_program_that_a_signal_ends_is_told_so()
    {
        await using var scratch = await OpenAsync();
        var result = await scratch.RunAsync(scratch.Order("perl", "-e", "kill 'ABRT', $$"));
        Assert.Equal((WorkEnd.Signalled, 134), (result.End, result.ExitCode));
    }

    [Fact]
    public async Task What_runs_too_long_is_ended()
    {
        await using var scratch = await OpenAsync();
        var result = await scratch.RunAsync(
            scratch.Shell("echo before; sleep 600.1") with { Limits = new WorkLimits { TimeOut = TimeSpan.FromSeconds(1) } });
        Assert.Equal((WorkEnd.TimedOut, "before\n"), (result.End, result.LastOutput));
        Assert.True(result.Use.Wall >= TimeSpan.FromSeconds(1));
    }

    [Fact]
    public async Task What_computes_too_long_is_ended()
    {
        await using var scratch = await OpenAsync();
        var result = await scratch.RunAsync(
            scratch.Order("perl", "-e", "1 while 1") with { Limits = new WorkLimits { ProcessorTime = TimeSpan.FromSeconds(1) } });
        Assert.Equal(WorkEnd.OverProcessorTime, result.End);
        Assert.True(result.Use.ProcessorTime > TimeSpan.FromSeconds(0.5));
    }

    /// <summary>Red if what a child used is gone with it where its parent takes no notice of its death.</summary>
    [Fact]
    public async Task What_computes_too_long_in_one_child_after_another_is_ended()
    {
        await using var scratch = await OpenAsync();
        const string text = "$SIG{CHLD} = q(IGNORE); while (1) { if (!fork) { 1 while (times)[0] + (times)[1] < 0.2; exit } 1 while wait > 0 }";
        var result = await scratch.RunAsync(scratch.Order("perl", "-e", text) with
        {
            Limits = new WorkLimits { ProcessorTime = TimeSpan.FromSeconds(1), TimeOut = TimeSpan.FromMinutes(2) }
        });
        Assert.Equal(WorkEnd.OverProcessorTime, result.End);
    }

    /// <summary>Red if a child counts again when its parent takes notice of its death, or while it waits for that.</summary>
    [Fact]
    public async Task What_children_compute_counts_once()
    {
        await using var scratch = await OpenAsync();
        const string text = "for (1..10) { if (!fork) { 1 while (times)[0] + (times)[1] < 0.2; exit } } sleep 3; 1 while wait > 0; sleep 2";
        var result = await scratch.RunAsync(scratch.Order("perl", "-e", text));
        Assert.True(result.Succeeded, $"{result}");
        Assert.InRange(result.Use.ProcessorTime, TimeSpan.FromSeconds(1.8), TimeSpan.FromSeconds(3));
    }

    [Fact]
    public async Task What_takes_too_much_memory_is_ended()
    {
        await using var scratch = await OpenAsync();
        // Sixty processes of 5 MB: no single one is large.
        var text = "i=0; while [ $i -lt 60 ]; do perl -e '$a = \"x\" x 5e6; sleep 600' & i=$((i+1)); done; wait";
        var result = await scratch.RunAsync(scratch.Shell(text) with { Limits = new WorkLimits { MemoryBytes = 100 << 20 } });
        Assert.Equal(WorkEnd.OverMemory, result.End);
        Assert.True(result.Use.PeakMemoryBytes > 50 << 20);
    }

    [Fact]
    public async Task What_makes_too_many_processes_is_ended()
    {
        await using var scratch = await OpenAsync();
        var result =
            await scratch.RunAsync(scratch.Shell($"for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do sleep {scratch.Nap} & done; wait") with { Limits = new WorkLimits { Processes = 12 } });
        Assert.Equal(WorkEnd.OverProcesses, result.End);
        Assert.Equal(0, Scratch.Running(scratch.Nap));
    }

    [Fact]
    public async Task What_writes_a_file_that_is_too_long_is_ended()
    {
        await using var scratch = await OpenAsync();
        var result = await scratch.RunAsync(scratch.Order("perl", "-e", "open F, '>', 'long'; truncate F, 1e5 or die 'refused'") with
        {
            Limits = new WorkLimits { FileBytes = 99_999 }
        });
        Assert.Equal(WorkEnd.OverFileSize, result.End);
        Assert.True(new FileInfo(Path.Combine(scratch.Work, "long")).Length < 1e5);
    }

    [Theory]
    [InlineData("i=0; while :; do i=$((i+1)); head -c 100000 /dev/zero >file$i; done")]
    [InlineData("i=0; while :; do i=$((i+1)); mkdir folder$i; done")]
    [InlineData("exec 4>gone; rm gone; while :; do head -c 100000 /dev/zero >&4; done")]
    [InlineData("head -c 3000000 /dev/zero >$(printf 'file\\377')")]
    [InlineData("f=$(printf 'folder\\377'); mkdir $f; head -c 3000000 /dev/zero >$f/file")]
    [InlineData(Deep + "close F'")]
    [InlineData(Deep + "unlink q(file) or die; sleep 600'")]
    public async Task What_fills_the_disk_is_ended(string text)
    {
        await using var scratch = await OpenAsync();
        var limits = new WorkLimits { DiskBytes = 2 << 20, TimeOut = TimeSpan.FromMinutes(5) };
        var result = await scratch.RunAsync(scratch.Shell(text) with { Limits = limits });
        Assert.True(result.End == WorkEnd.OverDisk, $"{result}");
    }

    /// <summary>Red if a folder or file that goes while it is looked at counts as one that cannot be measured.</summary>
    [Fact]
    public async Task What_comes_and_goes_on_the_disk_ends_nothing()
    {
        await using var scratch = await OpenAsync();
        var text = "perl -e 'for (1..2000) { mkdir q(folder); open F, q(>folder/file); close F; unlink q(folder/file); rmdir q(folder) }'";
        var result = await scratch.RunAsync(scratch.Shell(text) with { Limits = new WorkLimits { DiskBytes = 2 << 20 } });
        Assert.True(result.Succeeded, $"{result}");
    }

    [Fact]
    public async Task A_result_that_is_too_large_is_found_at_the_end()
    {
        await using var scratch = await OpenAsync();
        var result =
            await scratch.RunAsync(scratch.Shell("head -c 300000 /dev/zero >all") with { Limits = new WorkLimits { DiskBytes = 100_000 } });
        Assert.Equal(WorkEnd.OverDisk, result.End);
    }

    [Fact]
    public async Task Stopping_lets_it_end_by_itself()
    {
        await using var scratch = await OpenAsync();
        await using var work =
            await scratch.Executor.StartAsync(scratch.Shell("trap 'echo saved; exit 0' TERM; echo ready; while :; do sleep 0.02; done"),
                Scratch.Cancellation);
        await Scratch.SaidAsync(work, "ready");
        var result = await work.StopAsync(TimeSpan.FromMinutes(5));
        Assert.Equal((WorkEnd.Cancelled, 0), (result.End, result.ExitCode));
        Assert.EndsWith("saved\n", result.LastOutput, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_does_not_stop_is_ended_after_the_grace()
    {
        await using var scratch = await OpenAsync();
        await using var work =
            await scratch.Executor.StartAsync(scratch.Shell($"trap '' TERM; echo ready; while :; do sleep {scratch.Nap}; done"),
                Scratch.Cancellation);
        await Scratch.SaidAsync(work, "ready");
        var result = await work.StopAsync(TimeSpan.FromMilliseconds(50));
        Assert.Equal((WorkEnd.Cancelled, 137), (result.End, result.ExitCode));
        Assert.Equal(0, Scratch.Running(scratch.Nap));
    }

    [Fact]
    public async Task A_daemon_does_not_outlive_its_task_and_is_reported()
    {
        await using var scratch = await OpenAsync();
        // Waits for it, so that it is there to be ended.
        var result = await scratch.RunAsync(scratch.Shell(Daemon(scratch.Root) + "; while [ ! -e daemon ]; do sleep 0.02; done; exit 5"));
        Assert.Equal((WorkEnd.Exited, 5), (result.End, result.ExitCode));
        // One of its parents may be seen on its way out.
        Assert.Contains(result.Remarks, remark => remark.Contains("The program ended and left ", StringComparison.Ordinal));
        Assert.Equal(0, Scratch.Running($"sleep 600\0{scratch.Root}"));
    }

    [Fact]
    public async Task An_order_that_makes_no_sense_is_refused_with_everything_that_is_wrong()
    {
        await using var scratch = await OpenAsync();
        var order = scratch.Order("true") with
        {
            Folder = scratch.Work + "/../work",
            Inputs = ["rows.csv"],
            NodeSocket = "/no/socket",
            OutputFolder = scratch.Work,
            Limits = new WorkLimits { Processes = 1 }
        };
        var fault = await Assert.ThrowsAsync<ExecutorException>(() => scratch.Executor.StartAsync(order, Scratch.Cancellation));
        foreach (var what in new[] { "folder", "rows.csv", "/no/socket", "processes is 1" })
            Assert.Contains(what, fault.Message, StringComparison.Ordinal);
        fault = await Assert.ThrowsAsync<ExecutorException>(
            () => scratch.Executor.StartAsync(scratch.Order("true") with { OutputFolder = scratch.Work + "/logs" }, Scratch.Cancellation));
        Assert.Contains("outputFolder", fault.Message, StringComparison.Ordinal);
        fault = await Assert.ThrowsAsync<ExecutorException>(
            () => scratch.Executor.StartAsync(scratch.Order("no-such-program"), Scratch.Cancellation));
        Assert.Contains("no-such-program", fault.Message, StringComparison.Ordinal);
    }
}

/// <summary>The conformance suite over plain processes.</summary>
public sealed class ProcessExecutorTests() : ExecutorConformance("process");

/// <summary>The same on a host that grants no control groups.</summary>
public sealed class ProcessWithoutGroupsTests() : ExecutorConformance("process without groups");

/// <summary>The same in the sandbox.</summary>
public sealed class SandboxExecutorTests() : ExecutorConformance("sandbox");

/// <summary>The same in the sandbox on a host that grants no control groups.</summary>
public sealed class SandboxWithoutGroupsTests() : ExecutorConformance("sandbox without groups");
