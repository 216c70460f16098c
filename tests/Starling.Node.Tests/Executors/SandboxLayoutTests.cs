using System.Collections.Immutable;
using Starling.Node.Executors;

namespace Starling.Node.Tests.Executors;

public sealed class SandboxLayoutTests
{
    [Fact]
    public async Task A_program_that_the_sandbox_does_not_show_is_refused_and_as_an_input_it_runs()
    {
        await using var scratch = await Scratch.OpenAsync("sandbox");
        var program = scratch.Put("programs/train", "#!/bin/sh\necho trained\n");
        using (var change = Scratch.Start("chmod", "500", program))
            await change.WaitForExitAsync(Scratch.Cancellation);
        var fault =
            await Assert.ThrowsAsync<ExecutorException>(() => scratch.Executor.StartAsync(scratch.Order(program), Scratch.Cancellation));
        Assert.Contains("does not show", fault.Message, StringComparison.Ordinal);
        // A link in the work folder does not help.
        File.CreateSymbolicLink(Path.Combine(scratch.Work, "link"), program);
        await Assert.ThrowsAsync<ExecutorException>(() => scratch.Executor.StartAsync(scratch.Order("./link"), Scratch.Cancellation));
        Assert.Equal("trained\n",
            (await scratch.RunAsync(scratch.Order(program) with { Inputs = [Path.GetDirectoryName(program)!] })).LastOutput);
    }

    [Fact]
    public async Task A_folder_that_the_program_closes_is_not_a_hiding_place()
    {
        Assert.SkipWhen(Environment.UserName == "root", "Nothing is closed to root.");
        await using var scratch = await Scratch.OpenAsync("sandbox");
        Assert.Equal(WorkEnd.OverDisk, (await scratch.RunAsync(scratch.Shell("mkdir closed; chmod 0 closed; sleep 600"))).End);
        using var change = Scratch.Start("chmod", "700", Path.Combine(scratch.Work, "closed"));
        await change.WaitForExitAsync(Scratch.Cancellation);
    }

    [Fact]
    public async Task A_process_that_closes_itself_is_not_a_hiding_place()
    {
        Assert.SkipWhen(Environment.UserName == "root", "Nothing is closed to root.");
        await using var scratch = await Scratch.OpenAsync("sandbox");
        var text = "perl -e '$n = `uname -m` =~ /x86_64/ ? 157 : 167; open F, q(>gone) or die; unlink q(gone); "
            + "syscall($n, 4, 0, 0, 0, 0) == 0 or die $!; syswrite F, q(x) x 3e6 or die; sleep 600'";
        var limits = new WorkLimits { DiskBytes = 2 << 20, TimeOut = TimeSpan.FromMinutes(1) };
        Assert.Equal(WorkEnd.OverDisk, (await scratch.RunAsync(scratch.Shell(text) with { Limits = limits })).End);
    }

    [Fact]
    public async Task A_variable_that_no_shell_can_hold_is_refused()
    {
        await using var scratch = await Scratch.OpenAsync("sandbox");
        foreach (var name in new[] { "A.B", "1", "A;id" })
        {
            var order = scratch.Order("true") with { Environment = ImmutableSortedDictionary<string, string>.Empty.Add(name, "x") };
            var fault = await Assert.ThrowsAsync<ExecutorException>(() => scratch.Executor.StartAsync(order, Scratch.Cancellation));
            Assert.Contains($"the name {name};", fault.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task The_wrapper_cannot_be_used_to_write_outside()
    {
        await using var scratch = await Scratch.OpenAsync("sandbox");
        var result =
            await scratch.RunAsync(scratch.Shell(
                "for i in 1 2 3; do ls -l /proc/$i/fd; done; timeout 1 dd if=/dev/zero of=/proc/2/fd/8 bs=1M count=1; kill -9 2"));
        Assert.Equal(137, result.ExitCode);
        Assert.Equal(["sandbox-calls.bpf", "sandbox-group", "sandbox-hosts", "sandbox-passwd", "trial"],
            Directory.EnumerateFileSystemEntries(Path.Combine(scratch.Root, "own")).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.All(Directory.EnumerateFiles(Path.Combine(scratch.Root, "own")), file => Assert.True(new FileInfo(file).Length < 4096));
    }

    [Fact]
    public async Task What_is_promised_is_described()
    {
        await using var sandbox = await Scratch.OpenAsync("sandbox");
        Assert.Contains(sandbox.Executor.Describe().Enforced, sentence => sentence.Contains("no network", StringComparison.Ordinal));
        await using var process = await Scratch.OpenAsync("process without groups");
        var missing = process.Executor.Describe().NotEnforced;
        Assert.Contains(missing, sentence => sentence.Contains("not trusted", StringComparison.Ordinal));
        Assert.Contains(missing, sentence => sentence.Contains("Memory is only sampled", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Options_that_make_no_sense_are_refused_all_at_once()
    {
        var options = new ExecutorOptions { Owner = "A b", Folder = "own" };
        foreach (var open in new Func<Task>[] { () => ProcessExecutor.OpenAsync(options), () => SandboxExecutor.OpenAsync(options) })
        {
            var fault = await Assert.ThrowsAsync<ExecutorException>(open);
            foreach (var what in new[] { "owner", "folder" })
                Assert.Contains(what, fault.Message, StringComparison.Ordinal);
        }
    }
}
