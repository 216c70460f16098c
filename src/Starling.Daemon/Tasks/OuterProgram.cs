using System.Collections.Immutable;
using Starling.Api.Sessions;
using Starling.Core.Tasks;
using Starling.Daemon.Sessions;
using Starling.Node.Executors;
using Starling.Node.Programs;
using Starling.Node.Tasks;

namespace Starling.Daemon.Tasks;

/// <summary>
/// A training program in a process of its own, under an executor, with a session to its node. One that a signal ends is started again, and
/// goes on from the last merged model; one that does not come as far as an update three times in a row is not.
/// </summary>
internal sealed class OuterProgram : ITaskProgram
{
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(10), LastWords = TimeSpan.FromSeconds(60),
        Pause = TimeSpan.FromSeconds(1);

    private const int MostStarts = 3;

    private readonly ProgramSession session;
    private readonly SessionServer server;
    private readonly Func<CancellationToken, Task<IRunningWork>> start;
    private readonly CancellationTokenSource ending = new();
    private volatile IRunningWork work;
    private volatile bool over;

    private OuterProgram(ProgramSession session, SessionServer server, IRunningWork work, Func<CancellationToken, Task<IRunningWork>> start,
        TimeSpan openTimeout)
    {
        (this.session, this.server, this.work, this.start) = (session, server, work, start);
        Early = WatchAsync(openTimeout);
    }

    /// <summary>Starts a program, and watches over it.</summary>
    /// <param name="session">Its session.</param>
    /// <param name="updates">Takes its updates in.</param>
    /// <param name="start">Starts it, given the session's socket and the variables that it is told it by.</param>
    /// <param name="openTimeout">How long it may take to open its session.</param>
    /// <param name="cancellation">Gives up.</param>
    public static async Task<OuterProgram> OpenAsync(
        ProgramSession session, SessionUpdates updates,
        Func<string, ImmutableSortedDictionary<string, string>, CancellationToken, Task<IRunningWork>> start, TimeSpan openTimeout,
        CancellationToken cancellation)
    {
        var server = await SessionServer.StartAsync(session, updates, cancellation).ConfigureAwait(false);
        try
        {
            var variables = ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal)
                .Add(SessionClient.SocketVariable, server.Socket).Add(SessionClient.TokenVariable, server.Token);
            Task<IRunningWork> StartAsync(CancellationToken stop)
            {
                session.Expect();
                return start(server.Socket, variables, stop);
            }

            return new OuterProgram(session, server, await StartAsync(cancellation).ConfigureAwait(false), StartAsync, openTimeout);
        }
        catch
        {
            await server.DisposeAsync().ConfigureAwait(false);
            throw;
        }
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
        over = true;
        // Training is over whatever the program does now: it may save its model, but not for ever.
        var last = work;
        await Task.WhenAny(last.Completion, Task.Delay(LastWords, cancellation)).ConfigureAwait(false);
        var result =
            last.Completion.IsCompleted ? await last.Completion.ConfigureAwait(false) : await last.StopAsync(Grace).ConfigureAwait(false);
        var end = result.Succeeded ? description : $"{description} The program then ended otherwise than well: {result.Reason}";
        return WorkReports.Of(result, end, complete: true);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        over = true;
        await ending.CancelAsync().ConfigureAwait(false);
        await work.StopAsync(Grace).ConfigureAwait(false);
        // One that was being started in that moment is ended there.
        await ((Task)Early).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await work.DisposeAsync().ConfigureAwait(false);
        await server.DisposeAsync().ConfigureAwait(false);
        ending.Dispose();
    }

    private async Task<WorkReport> WatchAsync(TimeSpan openTimeout)
    {
        var ever = false;
        for (var starts = 1; ; starts++)
        {
            var before = session.HandedOver;
            await Task.WhenAny(work.Completion, session.Opened, Task.Delay(openTimeout, ending.Token)).ConfigureAwait(false);
            if (!work.Completion.IsCompleted && !session.Opened.IsCompleted && !ending.IsCancellationRequested)
            {
                var stopped = await work.StopAsync(Grace).ConfigureAwait(false);
                return WorkReports.Of(stopped,
                    $"The program opened no session within {openTimeout.TotalSeconds:0} s, so it was ended; it must read STARLING_SESSION_SOCKET and open one. If it needs longer, raise openTimeout.",
                    complete: false);
            }

            var result = await work.Completion.ConfigureAwait(false);
            ever |= session.Opened.IsCompleted;
            starts = session.HandedOver > before ? 1 : starts;
            if (result.End != WorkEnd.Signalled || starts >= MostStarts || over || !ever || !await StartAgainAsync().ConfigureAwait(false))
                return WorkReports.Of(result,
                    $"{(ever ? "The program ended before training had" : "The program ended and never opened a session")}: {result.Reason}",
                    complete: false);
        }
    }

    /// <returns>Whether it runs again; false if it need not any more.</returns>
    private async Task<bool> StartAgainAsync()
    {
        try
        {
            await Task.Delay(Pause, ending.Token).ConfigureAwait(false);
            await work.DisposeAsync().ConfigureAwait(false);
            work = await start(ending.Token).ConfigureAwait(false);
            if (over)
                await work.StopAsync(Grace).ConfigureAwait(false);
            return true;
        }
        catch (OperationCanceledException) when (over)
        {
            return false;
        }
    }
}
