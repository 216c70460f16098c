using Spectre.Console;
using Starling.Api.Events;
using Starling.Cli.Terminal;
using Starling.Core.Configuration;

namespace Starling.Cli.Running;

/// <summary>Shows a run as a table that is drawn anew again and again: for a person at a terminal.</summary>
internal sealed class LiveView : RunView
{
    private const int KeptLines = 6;
    private readonly CancellationTokenSource ending = new();
    private readonly RoundAnnouncer announcer = new();
    private readonly Queue<string> lines = [];
    private Task drawing = Task.CompletedTask;

    /// <inheritdoc/>
    public override void Begin(RunMonitor monitor) =>
        drawing = AnsiConsole.Live(monitor.Look(Draw)).StartAsync(context => DrawAsync(context, monitor));

    /// <inheritdoc/>
    public override void Say(string line)
    {
        lock (lines)
        {
            lines.Enqueue(ShownText.Clean(line));
            if (lines.Count > KeptLines)
                lines.Dequeue();
        }
    }

    /// <inheritdoc/>
    public override void Told(RunProgress progress, NodeView node, ApiEvent told)
    {
        foreach (var line in announcer.Lines(progress, node, told))
            Say(line);
    }

    /// <inheritdoc/>
    public override async ValueTask DisposeAsync()
    {
        await ending.CancelAsync().ConfigureAwait(false);
        await drawing.ConfigureAwait(false);
        ending.Dispose();
    }

    private async Task DrawAsync(LiveDisplayContext context, RunMonitor monitor)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(200));
        try
        {
            while (await timer.WaitForNextTickAsync(ending.Token).ConfigureAwait(false))
                context.UpdateTarget(monitor.Look(Draw));
        }
        catch (OperationCanceledException)
        {
            context.UpdateTarget(monitor.Look(Draw));
        }
    }

    private Rows Draw(RunProgress progress)
    {
        var table = NodeTable.Make(progress, AnsiConsole.Profile.Width);
        lock (lines)
            return new Rows(
                [table, new Text(Caption(progress)), .. lines.Select(line => new Text(line, new Style(decoration: Decoration.Dim)))]);
    }

    private static string Caption(RunProgress progress)
    {
        if (progress.Current is not { } round)
            return "starting";
        if (progress.HasOwnRounds)
            return $"round {round.Round} of {progress.Rounds}: passed by {round.Ready.Count} of {progress.Nodes.Count}; {progress.Committed} passed by all; left {Quantity.Time(progress.Remaining)}";
        var leader = round.Leader is { } name ? $"{name} leads term {round.Term}" : "nobody leads yet";
        var ready = round.Ready.Count == 0 ? "" : $"; ready: {string.Join(", ", round.Ready)}";
        var awaited = round.Awaited.Count == 0 || round.Leader is not null ? "" : $"; awaited: {string.Join(", ", round.Awaited)}";
        return $"round {round.Round} of {progress.Rounds}: {leader}{ready}{awaited}; {progress.Committed} committed; left {Quantity.Time(progress.Remaining)}";
    }
}
