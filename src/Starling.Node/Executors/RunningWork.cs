using System.Collections.Immutable;
using System.Diagnostics;

namespace Starling.Node.Executors;

/// <summary>The life of a work from its first process to its last.</summary>
internal sealed class RunningWork : IRunningWork
{
    private const int TailBytes = 4096;
    private static readonly TimeSpan OutputWithin = TimeSpan.FromSeconds(5);

    private readonly WorkOrder order;
    private readonly Process process;
    private readonly int first;
    private readonly WorkProcesses processes;
    private readonly WorkLaunch launch;
    private readonly LimitWatch watch;
    private readonly OutputPump output;
    private readonly OutputPump errors;
    private readonly TaskCompletionSource stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool cancelled;

    private RunningWork(WorkOrder order, WorkLaunch launch, Process process, CappedLog?[] logs)
    {
        (this.order, this.launch, this.process, first, processes) = (order, launch, process, process.Id, launch.Processes);
        processes.Begin(first);
        watch = new LimitWatch(order, launch, first);
        output = new OutputPump(process.StandardOutput.BaseStream, logs[0]);
        errors = new OutputPump(process.StandardError.BaseStream, logs[1]);
        Completion = Task.Run(RunAsync);
    }

    /// <inheritdoc/>
    public WorkId Id => launch.Id;

    /// <inheritdoc/>
    public OutputRing Output => output.Ring;

    /// <inheritdoc/>
    public OutputRing ErrorOutput => errors.Ring;

    /// <inheritdoc/>
    public ResourceUse Use => watch.Use;

    /// <inheritdoc/>
    public Task<WorkResult> Completion { get; }

    /// <summary>Starts a work.</summary>
    /// <exception cref="ExecutorException">It cannot be started; nothing of it is left.</exception>
    public static async Task<RunningWork> StartAsync(WorkOrder order, WorkLaunch launch)
    {
        var logs = new CappedLog?[2];
        try
        {
            if (order.OutputFolder is not null)
            {
                logs[0] = new CappedLog(Path.Combine(order.OutputFolder, "stdout.log"), order.Limits.OutputBytes);
                logs[1] = new CappedLog(Path.Combine(order.OutputFolder, "stderr.log"), order.Limits.OutputBytes);
            }

            return new RunningWork(order, launch, await ProcessStarter.StartAsync(launch.Line).ConfigureAwait(false), logs);
        }
        catch (Exception fault) when (fault is ExecutorException or IOException or UnauthorizedAccessException)
        {
            foreach (var log in logs)
                log?.Dispose();
            launch.Report?.Dispose();
            await launch.Processes.ReleaseAsync().ConfigureAwait(false);
            throw fault as ExecutorException ?? new ExecutorException($"The work cannot be started: {fault.Message}", fault);
        }
    }

    /// <inheritdoc/>
    public async Task<WorkResult> StopAsync(TimeSpan grace)
    {
        cancelled = true;
        if (!Completion.IsCompleted && grace > TimeSpan.Zero)
        {
            processes.Terminate(first, launch.Wrappers);
            await Task.WhenAny(Completion, Task.Delay(grace)).ConfigureAwait(false);
        }

        stopped.TrySetResult();
        return await Completion.ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync() => await StopAsync(TimeSpan.Zero).ConfigureAwait(false);

    private async Task<WorkResult> RunAsync()
    {
        var given = GiveInputAsync();
        var exit = process.WaitForExitAsync();
        var broken = await watch.UntilAsync(Task.WhenAny(exit, stopped.Task)).ConfigureAwait(false);
        var cut = !exit.IsCompleted;
        // Before the end is made, which itself has processes refused.
        broken ??= watch.Look(everything: true) is { } late and not WorkEnd.TimedOut ? late : null;
        var left = cut || launch.Report is not null ? 0 : processes.Members().Count(member => member.Id != first);
        var clean = await EndAllAsync(exit).ConfigureAwait(false);
        await Task.WhenAny(Task.WhenAll(given, output.Ended, errors.Ended), Task.Delay(OutputWithin)).ConfigureAwait(false);
        broken ??= watch.DiskIsFull() ? WorkEnd.OverDisk : null;
        await processes.ReleaseAsync().ConfigureAwait(false);

        var code = exit.IsCompleted ? process.ExitCode : 128 + LinuxCalls.Kill;
        var end = broken ?? (cancelled ? WorkEnd.Cancelled : WorkEndings.OfExitCode(code));
        var result = new WorkResult(end, code, WorkEndings.Reason(end, code, order), watch.Use, Output.Tail(TailBytes),
            ErrorOutput.Tail(TailBytes), Remarks(left, clean));
        output.Dispose();
        errors.Dispose();
        process.Dispose();
        launch.Report?.Dispose();
        _ = Orphans.ReapAsync();
        return result;
    }

    private async Task GiveInputAsync()
    {
        if (launch.Input is null)
            return;
        try
        {
            var input = process.StandardInput.BaseStream;
            await using (input.ConfigureAwait(false))
                await input.WriteAsync(launch.Input).ConfigureAwait(false);
        }
        catch (IOException)
        {
            // It ended before it read, and its exit code says so.
        }
    }

    // The first process is a child of the node and so always found, even where /proc is not.
    private async Task<bool> EndAllAsync(Task exit)
    {
        if (!OperatingSystem.IsLinux() && !exit.IsCompleted)
            process.Kill(entireProcessTree: true);
        var clean = await processes.KillAsync(WorkProcesses.KillWithin, CancellationToken.None).ConfigureAwait(false);
        if (clean)
            await exit.ConfigureAwait(false);
        return clean;
    }

    private ImmutableArray<string> Remarks(int left, bool clean)
    {
        var remarks = ImmutableArray.CreateBuilder<string>();
        // What is seen of a sandbox from outside at this moment is the sandbox itself, falling apart.
        left = launch.Report is null ? left : launch.Report.Count();
        if (left > 0)
            remarks.Add($"The program ended and left {left} process{(left == 1 ? "" : "es")} running; ended, too.");
        if (!clean)
            remarks.Add("Some of its processes cannot be ended: they wait in the kernel, for a disk or a device.");
        remarks.AddRange(new[] { output.Fault, errors.Fault }.OfType<string>());
        return remarks.ToImmutable();
    }
}
