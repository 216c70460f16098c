using System.Globalization;
using Starling.Api.Events;
using Starling.Core.Configuration;

namespace Starling.Cli.Running;

/// <summary>Shows a run as lines: one a round, one for everything out of the ordinary, and now and then one for each node.</summary>
/// <param name="output">Where to.</param>
internal sealed class PlainView(TextWriter output) : RunView
{
    private static readonly TimeSpan AwaitedTold = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan LeaderTold = TimeSpan.FromSeconds(10);
    private readonly CancellationTokenSource ending = new();
    private readonly RoundAnnouncer announcer = new();
    private readonly NodeLines nodes = new();
    private Task watching = Task.CompletedTask;
    private string waitSeen = "", waitTold = "";
    private long waitSince;

    /// <inheritdoc/>
    public override void Begin(RunMonitor monitor) => watching = WatchAsync(monitor);

    /// <inheritdoc/>
    public override void Say(string line)
    {
        output.WriteLine(ShownText.Clean(line));
        output.Flush();
    }

    /// <inheritdoc/>
    public override void Told(RunProgress progress, NodeView node, ApiEvent told)
    {
        foreach (var line in announcer.Lines(progress, node, told).Concat(nodes.At(progress, told.At)))
            Say(line);
    }

    /// <inheritdoc/>
    public override async ValueTask DisposeAsync()
    {
        await ending.CancelAsync().ConfigureAwait(false);
        await watching.ConfigureAwait(false);
        ending.Dispose();
    }

    // Somebody is waited for in every round for a moment; it is worth a line only when it lasts.
    private async Task WatchAsync(RunMonitor monitor)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(250));
        try
        {
            while (await timer.WaitForNextTickAsync(ending.Token).ConfigureAwait(false))
                monitor.Look(progress => Watch(progress.Current));
        }
        catch (OperationCanceledException)
        {
            // The run has ended.
        }
    }

    private bool Watch(RoundView? round)
    {
        var wait = Describe(round);
        if (wait != waitSeen)
            (waitSeen, waitSince) = (wait, Environment.TickCount64);
        var patience = round?.Leader is null ? AwaitedTold : LeaderTold;
        if (wait.Length == 0 || wait == waitTold || Environment.TickCount64 - waitSince < patience.TotalMilliseconds)
            return false;
        waitTold = wait;
        Say(wait);
        return true;
    }

    private static string Describe(RoundView? round) => round switch
    {
        { Committed: null, Leader: { } leader } =>
            string.Create(CultureInfo.InvariantCulture, $"round {round.Round}: {leader} leads term {round.Term} and has no commit yet"),
        { Committed: null, Awaited.Count: > 0 } => string.Create(CultureInfo.InvariantCulture,
            $"round {round.Round} awaits {string.Join(", ", round.Awaited)}; ready: {(round.Ready.Count == 0 ? "nobody" : string.Join(", ", round.Ready))}"),
        _ => "",
    };
}
