using Starling.Api.Events;
using Starling.Daemon.Tests.Clusters;

namespace Starling.Daemon.Tests;

public sealed class LargeModelTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact(Timeout = 300_000), Trait("Category", "Full")]
    public async Task A_model_of_a_hundred_megabytes_goes_round()
    {
        await using var cluster =
            await Cluster.CreateAsync(3, Cluster.Synthetic(nodes: 3, minPeers: 3, rounds: 3, padding: "100MB"), Cancellation);
        var daemons = await Task.WhenAll(Enumerable.Range(0, 3).Select(i => cluster.StartAsync(i, Cancellation)));
        for (var i = 0; i < 3; i++)
        {
            using var client = cluster.ClientOf(i);
            Assert.Equal(3, (await ClusterTests.UntilAsync<FinishedEvent>(client)).Rounds);
            Assert.Equal(1, (await client.GetStatusAsync(Cancellation)).Opening);
            var suspicions = EventFile.Read(Path.Combine(cluster.NodeFolder(i), EventFile.Name)).OfType<LeaderSuspectedEvent>();
            Assert.Empty(suspicions);
        }

        await Task.WhenAll(daemons.Select(daemon => daemon.DisposeAsync().AsTask()));
    }
}
