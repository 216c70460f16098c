using Starling.Core.Tasks;
using Starling.Daemon.Sessions;
using Starling.Node.Executors;
using Starling.Node.Programs;
using Starling.Node.Tasks;

namespace Starling.Daemon.Tasks;

/// <summary>A training program in a process of its own, under an executor, with a session to its node.</summary>
internal sealed class OuterProgram : ITaskProgram
{
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(10), LastWords = TimeSpan.FromSeconds(60);

    private readonly ProgramSession session;
    private readonly SessionServer server;
    private readonly IRunningWork work;
    private readonly CancellationTokenSource ending = new();

    /// <summary>Watches over a program that was started.</summary>
    /// <param name="session">Its session.</param>
    /// <param name="server">Where it reaches that.</param>
    /// <param name="work">The program.</param>
    /// <param name="openTimeout">How long it may take to open its session.</param>
    public OuterProgram(ProgramSession session, SessionServer server, IRunningWork work, TimeSpan openTimeout)
    {
        (this.session, this.server, this.work) = (session, server, work);
        Early = WatchAsync(openTimeout);
    }

    /// <inheritdoc/>
    public IProgramSession Session => session;

    /// <inheritdoc/>
    public WorkUsage Usage => WorkReports.Usage(work.Use);

    /// <inheritdoc/>
    public Task<WorkReport> Early { get; }

    /// <inheritdoc/>
    public async Task<WorkReport> FinishAsync(string description, CancellationToken cancellation)
    {
        // Training is over whatever the program does now: it may save its model, but not for ever.
        await Task.WhenAny(work.Completion, Task.Delay(LastWords, cancellation)).ConfigureAwait(false);
        var result = work.Completion.IsCompleted ? await work.Completion.ConfigureAwait(false) : await work.StopAsync(Grace).ConfigureAwait(false);
        var end = result.Succeeded ? description : $"{description} The program then ended otherwise than well: {result.Reason}";
        return WorkReports.Of(result, end, complete: true);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await ending.CancelAsync().ConfigureAwait(false);
        await work.StopAsync(Grace).ConfigureAwait(false);
        await work.DisposeAsync().ConfigureAwait(false);
        await server.DisposeAsync().ConfigureAwait(false);
        ending.Dispose();
    }

    private async Task<WorkReport> WatchAsync(TimeSpan openTimeout)
    {
        await Task.WhenAny(work.Completion, session.Opened, Task.Delay(openTimeout, ending.Token)).ConfigureAwait(false);
        if (!work.Completion.IsCompleted && !session.Opened.IsCompleted && !ending.IsCancellationRequested)
        {
            var stopped = await work.StopAsync(Grace).ConfigureAwait(false);
            return WorkReports.Of(stopped, $"The program opened no session within {openTimeout.TotalSeconds:0} s, so it was ended; it must read STARLING_SESSION_SOCKET and open one.", complete: false);
        }

        var result = await work.Completion.ConfigureAwait(false);
        var why = session.Opened.IsCompleted ? "The program ended before training had" : "The program ended and never opened a session";
        return WorkReports.Of(result, $"{why}: {result.Reason}", complete: false);
    }
}
