using System.Collections.Immutable;
using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using Starling.Node.Executors;

namespace Starling.Node.Tests.Executors;

/// <summary>
/// Fourteen ways out. Each fails in the sandbox and shows in the result; as an ordinary process each works, so that the
/// walls are what is tested.
/// </summary>
public sealed class HostileProgramTests
{
    // What perl's die makes of errno.
    private const int NetworkUnreachable = 101;
    private const int ConnectionRefused = 111;

    private static CancellationToken Cancellation => Scratch.Cancellation;

    [Fact]
    public Task The_nodes_key_cannot_be_read() => EscapesOnlyAsAProcessAsync(scratch =>
        scratch.Shell(HostileProgram.Read(scratch.Put("node/key.pem", "secret"))), 2);

    [Fact]
    public Task Another_tasks_folder_cannot_be_read() => EscapesOnlyAsAProcessAsync(scratch =>
        scratch.Shell(HostileProgram.Read(scratch.Put("other/rows.csv", "secret"))), 2);

    [Fact]
    public Task Another_tasks_folder_cannot_be_written() => EscapesOnlyAsAProcessAsync(scratch =>
        scratch.Shell(HostileProgram.Write(Path.GetDirectoryName(scratch.Put("other/rows.csv", "secret"))!)), 2);

    [Fact]
    public async Task An_input_cannot_be_written_nor_anything_else_but_the_work_folder()
    {
        await EscapesOnlyAsAProcessAsync(scratch =>
        {
            var folder = Path.GetDirectoryName(scratch.Put("data/rows.csv", "secret"))!;
            return scratch.Shell(HostileProgram.Write(folder)) with { Inputs = [folder] };
        }, 2);
        await using var scratch = await Scratch.OpenAsync("sandbox");
        var places =
            await scratch.RunAsync(scratch.Shell("for place in / /usr /etc /dev /proc /proc/sys/kernel; do touch $place/planted && echo ESCAPED; done 2>/dev/null; touch /tmp/a a && echo allowed"));
        Assert.Equal("allowed\n", places.LastOutput);
    }

    [Fact]
    public async Task The_network_cannot_be_reached()
    {
        using var listener = new TcpListener(IPAddress.Any, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        await EscapesOnlyAsAProcessAsync(scratch => scratch.Shell(HostileProgram.Connect("127.0.0.1", port)), ConnectionRefused);
        var outside = NetworkInterface.GetAllNetworkInterfaces().SelectMany(card => card.GetIPProperties().UnicastAddresses)
            .Select(address => address.Address)
            .FirstOrDefault(address => address.AddressFamily == AddressFamily.InterNetwork && !IPAddress.IsLoopback(address));
        if (outside is not null)
            await EscapesOnlyAsAProcessAsync(scratch => scratch.Shell(HostileProgram.Connect(outside.ToString(), port)),
                NetworkUnreachable);
        await using var scratch = await Scratch.OpenAsync("sandbox");
        foreach (var family in new[] { 38, 40 })
            Assert.Contains("socket: Address family not supported",
                (await scratch.RunAsync(scratch.Shell(HostileProgram.OpenFamily(family)))).LastErrorOutput, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_fork_bomb_is_ended()
    {
        await using (var trusted = await Scratch.OpenAsync("process"))
            Assert.Equal("ESCAPED\n", (await trusted.RunAsync(trusted.Shell(HostileProgram.Fork(60)))).LastOutput);
        foreach (var kind in new[] { "sandbox", "process" })
        {
            await using var scratch = await Scratch.OpenAsync(kind);
            Assert.SkipUnless(scratch.Executor.Describe().Enforced.Contains("Processes are limited by the kernel."),
                "Without control groups for processes a bomb is better not tried.");
            var result = await scratch.RunAsync(scratch.Shell(HostileProgram.ForkBomb) with { Limits = new WorkLimits { Processes = 40 } });
            Assert.Equal((kind, WorkEnd.OverProcesses), (kind, result.End));
            Assert.Contains("more than 40 processes", result.Reason, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_sandbox_in_which_the_kernel_would_not_stop_a_fork_bomb_is_not_opened()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && Environment.UserName == "root", "The kernel limits an ordinary user's processes.");
        var root = Directory.CreateTempSubdirectory("starling-executor").FullName;
        var options = new ExecutorOptions { Owner = "a", Folder = root, ControlGroups = "" };
        Assert.Contains("ordinary user", (await Assert.ThrowsAsync<ExecutorException>(() => SandboxExecutor.OpenAsync(options))).Message,
            StringComparison.Ordinal);
        Directory.Delete(root, recursive: true);
    }

    [Fact]
    public Task A_file_of_100_GB_is_refused() => EscapesOnlyAsAProcessAsync(scratch =>
        scratch.Shell(HostileProgram.File(100_000_000_000)) with
        {
            Limits = new WorkLimits { FileBytes = scratch.Executor.Name == "process" ? 200_000_000_000 : 1 << 30 }
        },
        153, WorkEnd.OverFileSize);

    [Theory]
    [InlineData("sandbox")]
    [InlineData("sandbox without groups")]
    public async Task Memory_of_100_GB_is_refused(string kind)
    {
        await using (var trusted = await Scratch.OpenAsync("process"))
            Assert.Equal("ESCAPED\n", (await trusted.RunAsync(trusted.Shell(HostileProgram.Memory(200_000_000)))).LastOutput);
        await using var scratch = await Scratch.OpenAsync(kind);
        var result = await scratch.RunAsync(
            scratch.Shell(HostileProgram.Memory(100_000_000_000)) with { Limits = new WorkLimits { MemoryBytes = 100 << 20 } });
        Assert.DoesNotContain("ESCAPED", result.LastOutput, StringComparison.Ordinal);
        // Without control groups the process is refused the memory, and says so itself.
        Assert.True(result.End == WorkEnd.OverMemory || result.LastErrorOutput.Contains("Out of memory", StringComparison.Ordinal),
            $"{result.Reason} {result.LastErrorOutput}");
        Assert.InRange(result.Use.PeakMemoryBytes, 0, 150 << 20);
        var shared =
            await scratch.RunAsync(scratch.Shell("head -c 200000000 /dev/zero >/dev/shm/a; head -c 200000000 /dev/zero >/tmp/a") with
            {
                Limits = new WorkLimits { MemoryBytes = 100 << 20 }
            });
        Assert.NotEqual(0, shared.ExitCode);
    }

    /// <summary>Red if memory that is in no process' own is neither counted nor refused.</summary>
    [Theory]
    [InlineData("sandbox")]
    [InlineData("sandbox without groups")]
    public async Task Memory_that_no_process_maps_is_refused(string kind)
    {
        foreach (var attempt in new[] { HostileProgram.MemoryFile(300), HostileProgram.SharedMemory(300) })
        {
            await using (var trusted = await Scratch.OpenAsync("process"))
                Assert.Equal("ESCAPED\n", (await trusted.RunAsync(trusted.Shell(attempt))).LastOutput);
            await using var scratch = await Scratch.OpenAsync(kind);
            var result = await scratch.RunAsync(scratch.Shell(attempt) with { Limits = new WorkLimits { MemoryBytes = 100 << 20 } });
            Assert.DoesNotContain("ESCAPED", result.LastOutput, StringComparison.Ordinal);
            Assert.True(
                result.End == WorkEnd.OverMemory || result.LastErrorOutput.Contains("Function not implemented", StringComparison.Ordinal),
                $"{result.Reason} {result.LastErrorOutput}");
        }
    }

    /// <summary>Red if anything that runs before the walls stand, or sets limits within, is what the program's PATH finds.</summary>
    [Theory]
    [InlineData("sandbox")]
    [InlineData("sandbox without groups")]
    public async Task No_program_of_the_work_folder_runs_outside_for_the_PATH_that_is_given(string kind)
    {
        await using var scratch = await Scratch.OpenAsync(kind);
        foreach (var name in new[] { "sh", "setsid", "prlimit", "bwrap" })
        {
            var planted = scratch.Put($"work/{name}", $"#!/bin/sh\ntouch '{scratch.Root}/escaped'\n");
            using var change = Scratch.Start("chmod", "700", planted);
            await change.WaitForExitAsync(Cancellation);
        }

        var result = await scratch.RunAsync(scratch.Order("printf", "ran") with { Environment = Given("PATH", ".:/usr/bin:/bin") });
        Assert.False(File.Exists(Path.Combine(scratch.Root, "escaped")));
        Assert.Equal("ran", result.LastOutput);
    }

    /// <summary>Red if the loader of anything but the program itself, such as that of the outer shell, reads what it is given.</summary>
    [Theory]
    [InlineData("sandbox")]
    [InlineData("sandbox without groups")]
    public async Task No_library_of_the_environment_is_loaded_before_the_program(string kind)
    {
        await using var scratch = await Scratch.OpenAsync(kind);
        var result = await scratch.RunAsync(scratch.Order("true") with { Environment = Given("LD_PRELOAD", "./none.so") });
        Assert.True(result.Succeeded, $"{result}");
        Assert.Equal(2, result.LastErrorOutput.Split("none.so").Length);
    }

    /// <summary>Red if a token is seen in the command line or the environment of anything but the program.</summary>
    [Fact]
    public async Task What_the_environment_holds_the_program_alone_has()
    {
        await using var scratch = await Scratch.OpenAsync("sandbox");
        var secret = $"secret of {scratch.Root}";
        await using var work = await scratch.Executor.StartAsync(
            scratch.Shell($"echo ready; exec sleep {scratch.Nap}") with { Environment = Given("TOKEN", secret) }, Cancellation);
        await Scratch.SaidAsync(work, "ready");
        while (Scratch.Running($"sleep\0{scratch.Nap}") == 0)
            await Task.Delay(20, Cancellation);
        Assert.Equal((0, 1), (Scratch.Running(secret), Scratch.Running(secret, "environ")));
    }

    [Fact]
    public async Task Another_process_cannot_be_traced()
    {
        using var victim = Scratch.Start("cat");
        try
        {
            await EscapesOnlyAsAProcessAsync(scratch => scratch.Shell(HostileProgram.Trace(victim.Id)), 159, WorkEnd.Forbidden);
        }
        finally
        {
            victim.Kill();
        }
    }

    [Fact]
    public async Task A_setuid_program_gives_nothing()
    {
        await using (var scratch = await Scratch.OpenAsync("sandbox"))
            Assert.Contains("NoNewPrivs:\t1", (await scratch.RunAsync(scratch.Shell("cat /proc/self/status"))).LastOutput,
                StringComparison.Ordinal);
        Assert.SkipUnless(Environment.UserName == "root", "Only root can make a setuid program of another user.");
        const int owner = 54321;
        await EscapesOnlyAsAProcessAsync(scratch =>
        {
            var program = Path.Combine(Directory.CreateDirectory(Path.Combine(scratch.Root, "programs")).FullName, "whoami");
            File.Copy("/usr/bin/id", program);
            using (var change = Scratch.Start("sh", "-c", $"chown {owner}:{owner} '{program}' && chmod 4755 '{program}'"))
                change.WaitForExit();
            return scratch.Shell(HostileProgram.BecomeOwner(program, owner)) with { Inputs = [Path.GetDirectoryName(program)!] };
        });
    }

    [Fact]
    public async Task A_link_out_of_the_work_folder_is_not_followed_when_results_are_collected()
    {
        foreach (var kind in new[] { "process", "sandbox" })
        {
            await using var scratch = await Scratch.OpenAsync(kind);
            var key = scratch.Put("node/key.pem", "secret");
            Assert.Contains("ESCAPED", (await scratch.RunAsync(scratch.Shell(HostileProgram.Link(key)))).LastOutput,
                StringComparison.Ordinal);
            Assert.Equal("secret", await File.ReadAllTextAsync(Path.Combine(scratch.Work, "result"), Cancellation));
            using var results = new WorkResults(scratch.Work);
            foreach (var path in new[] { "result", "folder/key.pem", "pipe", "inner", "../node/key.pem", key, ".", "real/.." })
                Assert.Contains("is not collected", Assert.Throws<ExecutorException>(() => results.Open(path, 1000)).Message,
                    StringComparison.Ordinal);
            // Made by a process only: the sandbox's folder is a file system of its own.
            if (kind == "process")
                Assert.Contains("other names", Assert.Throws<ExecutorException>(() => results.Open("same", 1000)).Message,
                    StringComparison.Ordinal);
            else
                Assert.Null(results.Open("same", 1000));
            Assert.Contains("5 bytes", Assert.Throws<ExecutorException>(() => results.Open("real", 4)).Message, StringComparison.Ordinal);
            using var real = new StreamReader(results.Open("real", 5)!);
            Assert.Equal("real\n", await real.ReadToEndAsync(Cancellation));
        }
    }

    [Fact]
    public async Task Another_process_cannot_be_looked_at()
    {
        using var victim = Scratch.Start("env", "TOKEN=secret", "sh", "-c", "echo ready; exec cat");
        Assert.Equal("ready", await victim.StandardOutput.ReadLineAsync(Cancellation));
        await EscapesOnlyAsAProcessAsync(scratch => scratch.Shell(HostileProgram.LookAtProcess(victim.Id)), 1, exact: false);
        await using var scratch = await Scratch.OpenAsync("sandbox");
        victim.Kill();
        Assert.Equal("1 2 3", (await scratch.RunAsync(scratch.Shell("cd /proc; echo [0-9]*"))).LastOutput.Trim());
    }

    [Fact]
    public async Task Another_sessions_token_and_socket_cannot_be_reached_but_the_own_can()
    {
        await EscapesOnlyAsAProcessAsync(scratch => scratch.Shell(HostileProgram.Read(scratch.Put("sessions/token", "secret"))), 2);
        foreach (var kind in new[] { "process", "sandbox" })
        {
            await using var scratch = await Scratch.OpenAsync(kind);
            using var own = Listen(scratch.Put("own.socket", ""));
            using var other = Listen(scratch.Put("other.socket", ""));
            var unseen = $"\0starling-test-{Path.GetFileName(scratch.Root)}";
            using var hidden = Listen(unseen);
            var order = scratch.Shell(HostileProgram.ConnectUnix(Path.Combine(scratch.Root, "own.socket"))) with
            {
                NodeSocket = Path.Combine(scratch.Root, "own.socket")
            };
            var reached = await scratch.RunAsync(order);
            Assert.True(reached.LastOutput == "ESCAPED\n", reached.LastErrorOutput);
            foreach (var path in new[] { Path.Combine(scratch.Root, "other.socket"), unseen.Replace('\0', '@') })
            {
                var result = await scratch.RunAsync(order with { Command = scratch.Shell(HostileProgram.ConnectUnix(path)).Command });
                Assert.Equal(kind == "process" ? "ESCAPED\n" : "", result.LastOutput);
                Assert.Equal(kind == "process", result.Succeeded);
            }
        }
    }

    [Fact]
    public async Task No_namespace_can_be_made_and_no_file_system_mounted()
    {
        await using var scratch = await Scratch.OpenAsync("sandbox");
        var made = await scratch.RunAsync(scratch.Order("unshare", "--user", "true"));
        Assert.Equal(1, made.ExitCode);
        Assert.Contains("Operation not permitted", made.LastErrorOutput, StringComparison.Ordinal);
        Assert.Equal(WorkEnd.Forbidden,
            (await scratch.RunAsync(
                scratch.Order("perl", "-e", "$n = `uname -m` =~ /x86_64/ ? 165 : 40; syscall($n, 0, 0, 0, 0, 0)"))).End);
        Assert.Contains("CapEff:\t0000000000000000", (await scratch.RunAsync(scratch.Shell("cat /proc/self/status"))).LastOutput,
            StringComparison.Ordinal);
    }

    private static ImmutableSortedDictionary<string, string> Given(string name, string value) =>
        ImmutableSortedDictionary<string, string>.Empty.Add(name, value);

    private static Socket Listen(string path)
    {
        if (path[0] != '\0')
            File.Delete(path);
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Bind(new UnixDomainSocketEndPoint(path));
        socket.Listen(8);
        return socket;
    }

    // What the sandbox's result says: the exit code, or the end if the executor or the kernel put an end to it.
    private static async Task EscapesOnlyAsAProcessAsync(Func<Scratch, WorkOrder> order, int code = 1, WorkEnd end = WorkEnd.Exited,
        bool exact = true)
    {
        await using (var trusted = await Scratch.OpenAsync("process"))
        {
            var result = await trusted.RunAsync(order(trusted));
            Assert.True(result is { Succeeded: true, LastOutput: "ESCAPED\n" },
                $"The attempt does not work at all: {result.Reason} {result.LastErrorOutput}");
        }

        await using var scratch = await Scratch.OpenAsync("sandbox");
        var refused = await scratch.RunAsync(order(scratch));
        Assert.Equal((end, ""), (refused.End, refused.LastOutput));
        if (exact)
            Assert.Equal(code, refused.ExitCode);
        Assert.False(refused.Succeeded);
    }
}
