using Starling.Api;
using Starling.Api.Events;
using Starling.Daemon.Tests.Clusters;

namespace Starling.Daemon.Tests;

public sealed class RestartTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact(Timeout = 120_000)]
    public async Task A_run_whose_nodes_all_stop_goes_on_at_its_round()
    {
        const int Rounds = 12;
        await using var cluster = await Cluster.CreateAsync(2, Cluster.Synthetic(nodes: 2, minPeers: 2, Rounds), Cancellation);
        var daemons = await Task.WhenAll(cluster.StartAsync(0, Cancellation), cluster.StartAsync(1, Cancellation));
        using (var client = cluster.ClientOf(0))
            await foreach (var told in client.GetEventsAsync(0, Cancellation))
                if (told is RoundCommittedEvent { Round: 3 })
                    break;
        await Task.WhenAll(daemons.Select(daemon => daemon.DisposeAsync().AsTask()));

        daemons = await Task.WhenAll(cluster.StartAsync(0, Cancellation), cluster.StartAsync(1, Cancellation));
        for (var i = 0; i < 2; i++)
        {
            using var client = cluster.ClientOf(i);
            Assert.Equal(Rounds, (await ClusterTests.UntilAsync<FinishedEvent>(client)).Rounds);
            Assert.Equal(NodePhase.Finished, (await client.GetStatusAsync(Cancellation)).Phase);
        }

        await Task.WhenAll(daemons.Select(daemon => daemon.DisposeAsync().AsTask()));
        for (var i = 0; i < 2; i++)
        {
            var events = EventFile.Read(Path.Combine(cluster.NodeFolder(i), EventFile.Name)).ToList();
            Assert.Equal(Enumerable.Range(1, Rounds).Select(r => (long)r), events.OfType<RoundCommittedEvent>().Select(e => e.Round));
            Assert.Equal(Enumerable.Range(1, events.Count).Select(c => (long)c), events.Select(e => e.Cursor));
        }
    }
}
