using Starling.Node.Events;
using Starling.Node.Loop;

namespace Starling.Daemon.Draining;

/// <summary>Drains a node: lets it finish what it has in hand, and then asks it to stop.</summary>
/// <param name="kernel">What the node folded.</param>
/// <param name="events">What it tells.</param>
/// <param name="node">The daemon around it.</param>
/// <param name="clock">Tells the time.</param>
internal sealed class DrainWatch(KernelDriver kernel, EventStream events, ServingNode node, TimeProvider clock)
{
    // Each change of what is awaited comes with an event, but for saves: those are looked for.
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(250);
    private int requests;

    /// <summary>Begins to drain, if the node does not already.</summary>
    /// <param name="caller">Who asked for it.</param>
    public void Request(string caller)
    {
        if (Interlocked.Increment(ref requests) > 1)
            return;
        var goal = DrainGoal.Of(kernel.State);
        node.Draining = goal.Awaited(kernel.State) ?? "The node has nothing in hand, and stops.";
        _ = FollowAsync(goal, caller);
    }

    private async Task FollowAsync(DrainGoal goal, string caller)
    {
        var last = events.Last;
        try
        {
            while (goal.Awaited(kernel.State) is { } awaited)
            {
                node.Draining = awaited;
                using var limit = new CancellationTokenSource(Interval, clock);
                using var wait = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, node.Stopped);
                last = await NextAsync(last, wait.Token).ConfigureAwait(false);
                if (node.IsStopping)
                    return;
            }

            node.RequestStop($"it has drained, as {caller} asked");
        }
        catch (ObjectDisposedException)
        {
            // The node went in the meantime.
        }
    }

    private async Task<long> NextAsync(long last, CancellationToken wait)
    {
        try
        {
            await foreach (var told in events.ReadAsync(last, wait).ConfigureAwait(false))
                return told.Cursor;
        }
        catch (OperationCanceledException)
        {
            // Time to look again.
        }

        return last;
    }
}
