using System.Diagnostics;
using Starling.Node.Executors;

namespace Starling.Node.Tests.Executors;

/// <summary>A folder with a work folder in it, an executor, and what the node would have beside them.</summary>
internal sealed class Scratch : IAsyncDisposable
{
    private static int naps;

    private Scratch(string path, IExecutor executor) => (Root, Executor) = (path, executor);

    public string Root { get; }

    public IExecutor Executor { get; }

    /// <summary>Some ten minutes in seconds, for sleep(1): no other test's.</summary>
    public string Nap { get; } = $"600.{Environment.ProcessId:0000000}{Interlocked.Increment(ref naps):000}";

    public string Work => Path.Combine(Root, "work");

    public static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>Opens an executor: "process" or "sandbox", with "without groups" behind it to take control groups away.</summary>
    public static async Task<Scratch> OpenAsync(string kind)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Executors keep their promises on Linux.");
        var root = Directory.CreateTempSubdirectory("starling-executor").FullName;
        Directory.CreateDirectory(Path.Combine(root, "work"));
        return new Scratch(root, await ExecutorAsync(kind, root, Path.GetFileName(root)["starling-executor".Length..].ToLowerInvariant()));
    }

    public static async Task<IExecutor> ExecutorAsync(string kind, string root, string owner)
    {
        var options = new ExecutorOptions { Owner = owner, Folder = Path.Combine(root, "own") };
        if (kind == "sandbox without groups" && Environment.UserName == "root")
            options = options with { ControlGroups = OnlyProcesses(root) };
        else if (kind.EndsWith("without groups", StringComparison.Ordinal))
            options = options with { ControlGroups = "" };
        return kind.StartsWith("process", StringComparison.Ordinal)
            ? await ProcessExecutor.OpenAsync(options)
            : await SandboxExecutor.OpenAsync(options);
    }

    // Nothing else limits root's processes, and no sandbox is opened without a limit.
    private static string OnlyProcesses(string root)
    {
        var groups = Directory.CreateDirectory(Path.Combine(root, "groups")).FullName;
        if (!Directory.Exists(Path.Combine(groups, "pids")))
            Directory.CreateSymbolicLink(Path.Combine(groups, "pids"), "/sys/fs/cgroup/pids");
        return groups;
    }

    public WorkOrder Order(params string[] command) => new() { Command = [.. command], Folder = Work };

    /// <summary>An order that has the shell read a text.</summary>
    public WorkOrder Shell(string text) => Order("/bin/sh", "-c", text);

    public async Task<WorkResult> RunAsync(WorkOrder order)
    {
        await using var work = await Executor.StartAsync(order, Cancellation);
        return await work.Completion.WaitAsync(Cancellation);
    }

    /// <summary>Writes a file beside the work folder and returns its path.</summary>
    public string Put(string name, string text)
    {
        var path = Path.Combine(Root, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
        return path;
    }

    /// <summary>How many processes of this host have the text in their command line, or in another file of theirs.</summary>
    public static int Running(string text, string file = "cmdline") => Directory.EnumerateDirectories("/proc").Count(folder =>
    {
        try
        {
            return char.IsAsciiDigit(Path.GetFileName(folder)[0])
                && File.ReadAllText(Path.Combine(folder, file)).Contains(text, StringComparison.Ordinal);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    });

    /// <summary>Waits until a work's output holds a text.</summary>
    public static async Task SaidAsync(IRunningWork work, string text)
    {
        while (!work.Output.Tail(OutputRing.Capacity).Contains(text, StringComparison.Ordinal))
            Assert.True(await work.Output.WaitAsync(work.Output.Total, Cancellation),
                $"It ended and said only: {work.Output.Tail(1000)} {work.ErrorOutput.Tail(1000)}");
    }

    /// <summary>A process of the test itself, which no executor knows.</summary>
    public static Process Start(string program, params string[] arguments) =>
        Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardInput = true })!;

    public ValueTask DisposeAsync()
    {
        Assert.Null(WorkFolders.Delete(Work));
        Directory.Delete(Root, recursive: true);
        return ValueTask.CompletedTask;
    }
}
