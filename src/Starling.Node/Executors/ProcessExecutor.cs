using System.Collections.Immutable;
using System.Diagnostics;

namespace Starling.Node.Executors;

/// <summary>Runs programs that the owner trusts, as ordinary processes of the node's user: limits and a clean end, but no walls.</summary>
public sealed class ProcessExecutor : IExecutor
{
    /// <summary>The executor's name.</summary>
    public const string Kind = "process";

    private readonly ExecutorHost host;

    private ProcessExecutor(ExecutorHost host) => this.host = host;

    /// <inheritdoc/>
    public string Name => Kind;

    /// <summary>Opens the executor, and ends what an earlier life left running.</summary>
    /// <exception cref="ExecutorException">It cannot be opened; the message says why.</exception>
    public static async Task<ProcessExecutor> OpenAsync(ExecutorOptions options) =>
        new(await ExecutorHost.OpenAsync(Kind, options).ConfigureAwait(false));

    /// <inheritdoc/>
    public ExecutorDescription Describe()
    {
        ImmutableArray<string> walls =
            ["The program can read, write and reach what the node's user can; use the sandbox for a program that is not trusted."];
        if (!OperatingSystem.IsLinux())
        {
            return new ExecutorDescription(Name, ["The time-out holds."],
                [.. walls,
                    "Limits of memory, processor time, processes, files and disk are not kept, and a daemon that the program makes may outlive it: that needs Linux."]);
        }

        var (enforced, missing) = LimitsInWords.Of(host.Groups, userIsLimited: false);
        return new ExecutorDescription(Name, enforced, [.. walls, .. missing,
            "When the node is killed, daemons that the program made are ended only when the node starts again."]);
    }

    /// <inheritdoc/>
    public async Task<IRunningWork> StartAsync(WorkOrder order, CancellationToken cancellation)
    {
        ExecutorHost.Check(order);
        ProgramPath.Find(order);
        cancellation.ThrowIfCancellationRequested();
        var id = WorkId.Draw();
        var processes = host.Prepare(order, id);
        var line = OperatingSystem.IsLinux() ? LaunchLine.Of(order, processes.Joins, host.Mark(id)) : Direct(order, host.Mark(id));
        var launch = new WorkLaunch(id, line, processes, Wrappers: 0, Report: null, Input: null);
        return await RunningWork.StartAsync(order, launch).ConfigureAwait(false);
    }

    private static ProcessStartInfo Direct(WorkOrder order, string mark)
    {
        var info = new ProcessStartInfo(order.Command[0], order.Command.Skip(1))
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = order.Folder,
            UseShellExecute = false,
        };
        info.Environment.Clear();
        foreach (var (name, value) in LaunchLine.Environment(order, mark))
            info.Environment[name] = value;
        return info;
    }
}
