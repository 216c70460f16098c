using Starling.Api;
using Starling.Api.Events;
using Starling.Daemon.Tests.Clusters;

namespace Starling.Daemon.Tests;

public sealed class ClusterTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact(Timeout = 120_000)]
    public async Task Three_nodes_train_all_rounds_and_hold_the_same_model()
    {
        await using var cluster = await Cluster.CreateAsync(3, Cluster.Synthetic(nodes: 3, minPeers: 2, rounds: 3), Cancellation);
        var daemons = await Task.WhenAll(Enumerable.Range(0, 3).Select(i => cluster.StartAsync(i, Cancellation)));
        var models = new List<byte[]>();
        for (var i = 0; i < 3; i++)
        {
            using var client = cluster.ClientOf(i);
            var finished = await UntilAsync<FinishedEvent>(client);
            Assert.Equal(3, finished.Rounds);
            Assert.True(finished.Measurement.Accuracy > 0.3, $"{finished.Measurement}");
            var status = await client.GetStatusAsync(Cancellation);
            Assert.Equal((NodePhase.Finished, 3L), (status.Phase, status.Rounds));
            Assert.True(status.BytesIn > 0 && status.BytesOut > 0, $"{status}");
            var contract = await client.GetContractAsync(cluster.Contract.Value, Cancellation);
            Assert.Equal([1L, 2L, 3L], contract.Commits.Select(c => c.Round));
            models.Add(await DownloadAsync(client, cluster));
        }

        Assert.All(models, model => Assert.Equal(models[0], model));
        foreach (var daemon in daemons)
            await daemon.DisposeAsync();
    }

    internal static async Task<T> UntilAsync<T>(NodeClient client)
        where T : ApiEvent
    {
        await foreach (var told in client.GetEventsAsync(0, Cancellation))
            if (told is T wanted)
                return wanted;
        throw new InvalidOperationException($"The stream of {client.Node} ended without a {typeof(T).Name}.");
    }

    private static async Task<byte[]> DownloadAsync(NodeClient client, Cluster cluster)
    {
        await using var model = await client.OpenModelAsync(cluster.Contract.Value, null, 0, Cancellation);
        using var memory = new MemoryStream();
        await client.CopyAsync(model, memory, Cancellation);
        return memory.ToArray();
    }
}
