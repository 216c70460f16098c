using Starling.Api;
using Starling.Api.Events;
using Starling.Core.Identity;
using Starling.Daemon.Tests.Clusters;

namespace Starling.Daemon.Tests;

public sealed class DrainTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>
    /// Red if a node that drains stops within its round: its update would not be in the merge. Red as well if it forgets to stop.
    /// </summary>
    [Fact(Timeout = 120_000)]
    public async Task A_node_that_drains_finishes_its_round_and_stops_and_goes_on_later()
    {
        const int Rounds = 4000; // more than there is time for
        await using var cluster = await Cluster.CreateAsync(2, Cluster.Synthetic(nodes: 2, minPeers: 2, Rounds), Cancellation);
        await using var other = await cluster.StartAsync(1, Cancellation);
        var drained = await cluster.StartAsync(0, Cancellation);
        using var client = cluster.ClientOf(0);
        long round = 0;
        await foreach (var told in client.GetEventsAsync(0, Cancellation))
            if (told is RoundCommittedEvent { Round: var committed })
            {
                round = committed;
                break;
            }

        await client.DrainAsync(Cancellation);
        Assert.Equal($"it has drained, as {drained.Configuration.Admins[0]} asked", await drained.StopRequested.WaitAsync(Cancellation));
        await drained.DisposeAsync();
        var events = EventFile.Read(Path.Combine(cluster.NodeFolder(0), EventFile.Name)).ToList();
        var stopping = events.FindIndex(told => told is NodeStoppingEvent);
        var last = events.Take(stopping).OfType<RoundCommittedEvent>().Last().Round;
        Assert.InRange(last, round + 1, Rounds - 1);

        // It left no contract: started again, it takes part in the next round, and nobody has restarted anything.
        await using var again = await cluster.StartAsync(0, Cancellation);
        using var back = cluster.ClientOf(0);
        await foreach (var told in back.GetEventsAsync(events[^1].Cursor, Cancellation))
            if (told is RoundCommittedEvent { Round: var next } && next > last)
                break;
    }

    /// <summary>Red if a node whose round cannot end does not say what it awaits, or stops all the same.</summary>
    [Fact(Timeout = 60_000)]
    public async Task A_node_says_what_it_awaits_and_can_still_be_stopped()
    {
        await using var cluster = await Cluster.CreateAsync(2, Cluster.Synthetic(nodes: 2, minPeers: 2, rounds: 3), Cancellation);
        await using var daemon = await cluster.StartAsync(0, Cancellation);
        using var client = cluster.ClientOf(0);
        await ClusterTests.UntilAsync<MemberReadyEvent>(client);
        Assert.Null((await client.GetStatusAsync(Cancellation)).Draining);
        Assert.True((await client.GetReadinessAsync(Cancellation)).Healthy);
        await client.DrainAsync(Cancellation);
        NodeStatus status;
        do
            status = await client.GetStatusAsync(Cancellation);
        while (status.Draining is null);
        Assert.Equal($"The node stops once round 1 of {cluster.Contract} is over and its model is on this disk.", status.Draining);
        Assert.False(daemon.StopRequested.IsCompleted);
        // Whoever hands out work by readiness gives it no more. Red if a node that drains says that it is ready.
        var unready = await Assert.ThrowsAsync<NodeClientException>(() => client.GetReadinessAsync(Cancellation));
        Assert.Contains($"The node drains. {status.Draining}", unready.Message, StringComparison.Ordinal);
        await client.StopAsync(Cancellation);
        await daemon.StopRequested.WaitAsync(Cancellation);
    }

    /// <summary>Red if the owner of a host cannot drain or stop its node with the node's own key, or that key may do more.</summary>
    [Fact(Timeout = 60_000)]
    public async Task A_node_may_end_itself_and_its_colleague_may_not()
    {
        await using var cluster = await Cluster.CreateAsync(2, Cluster.Synthetic(nodes: 2, minPeers: 2, rounds: 1), Cancellation);
        await using var daemon = await cluster.StartAsync(0, Cancellation);
        using (var colleague = cluster.ClientOf(0, cluster.Issue(NodeId.Create("test.example", "clinic-0", "other"), Roles.Learner)))
            Assert.Equal(ExitCode.Denied,
                (await Assert.ThrowsAsync<NodeClientException>(() => colleague.DrainAsync(Cancellation))).ExitCode);
        using var itself = cluster.ClientOf(0, cluster.Issue(cluster.Nodes[0], Roles.Learner));
        await itself.DrainAsync(Cancellation);
        await itself.StopAsync(Cancellation);
        await daemon.StopRequested.WaitAsync(Cancellation);
    }
}
