using Starling.Core.Kernel;
using Starling.Node.Events;
using Starling.Node.Loop;

namespace Starling.Node.Programs;

/// <summary>Gives a program its assignments: the newest replaces the older, a failure is tried again. Whatever the program does, the node goes on.</summary>
public sealed class ProgramHost : IDisposable
{
    private static readonly TimeSpan FirstRetry = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestRetry = TimeSpan.FromMinutes(1);

    private readonly IProgramSession? session;
    private readonly TimeProvider time;
    private readonly Action<NodeEvent> report;
    private readonly Action<UpdateReady> ready;
    private readonly Lock gate = new();
    private CancellationTokenSource cancellation = new();
    private Task running = Task.CompletedTask;
    private bool stopped;

    /// <summary>Prepares a host.</summary>
    /// <param name="session">The program; null for a node that trains nothing.</param>
    /// <param name="time">What back-off is timed with.</param>
    /// <param name="report">Receives what happens.</param>
    /// <param name="ready">Receives updates.</param>
    public ProgramHost(IProgramSession? session, TimeProvider time, Action<NodeEvent> report, Action<UpdateReady> ready) =>
        (this.session, this.time, this.report, this.ready) = (session, time, report, ready);

    /// <summary>Whether the program works on an assignment.</summary>
    public bool IsBusy
    {
        get
        {
            lock (gate)
                return !running.IsCompleted;
        }
    }

    /// <summary>Gives the program its next work; what it had is cancelled.</summary>
    public void Deliver(Assignment assignment)
    {
        if (session is null)
            return;
        lock (gate)
        {
            if (stopped)
                return;
            // Disposed by nobody: the work that it stops may still look at its token, and it holds no timer.
            _ = cancellation.CancelAsync();
            cancellation = new CancellationTokenSource();
            running = RunAsync(running, assignment, cancellation.Token);
        }
    }

    /// <summary>Cancels the program and waits for it to end, or for the limit.</summary>
    public async Task StopAsync(TimeSpan limit)
    {
        Task last;
        lock (gate)
        {
            stopped = true;
            last = running;
            _ = cancellation.CancelAsync();
        }

        await Task.WhenAny(last, Task.Delay(limit, time)).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public void Dispose() => cancellation.Dispose();

    private async Task RunAsync(Task before, Assignment assignment, CancellationToken token)
    {
        await Task.Yield();
        await before.ConfigureAwait(false);
        var retry = FirstRetry;
        while (!token.IsCancellationRequested)
        {
            using var activity = NodeTelemetry.Source.StartActivity("Program");
            activity?.SetTag("round", assignment.Round);
            try
            {
                if (await session!.CarryOutAsync(assignment, report, token).ConfigureAwait(false) is { } update && !token.IsCancellationRequested)
                    ready(update);
                return;
            }
            catch (OperationCanceledException) when (token.IsCancellationRequested)
            {
                return;
            }
            catch (Exception fault)
            {
                report(new ProgramFailed(assignment.Contract, assignment.Round, fault is ProgramException ? fault.Message : $"{fault.GetType().Name}: {fault.Message}", retry));
            }

            try
            {
                await Task.Delay(retry, time, token).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                return;
            }

            retry = retry * 2 < LongestRetry ? retry * 2 : LongestRetry;
        }
    }
}
