using System.Net;
using Starling.Api.Events;
using Starling.Daemon.Configuration;
using Starling.Daemon.Tests.Clusters;

namespace Starling.Daemon.Tests;

public sealed class AddressTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>
    /// Red if a node cannot listen on, or be dialled at, an IPv6 address; the second one listens on every address of both kinds.
    /// </summary>
    [Fact(Timeout = 60_000)]
    public async Task Two_nodes_train_over_ipv6()
    {
        await using var cluster = await Cluster.CreateAsync(2, Cluster.Synthetic(nodes: 2, minPeers: 2, rounds: 2), Cancellation);
        cluster.Rewrite(0, "127.0.0.1", "[::1]");
        cluster.Rewrite(1, "listen: '127.0.0.1", "listen: '[::]");
        cluster.Rewrite(1, "127.0.0.1", "[::1]");
        await using var first = await cluster.StartAsync(0, Cancellation);
        await using var second = await cluster.StartAsync(1, Cancellation);
        Assert.Equal(("::1", "::"), (first.Configuration.Listen.Address.ToString(), second.Configuration.Listen.Address.ToString()));
        using var client = cluster.ClientOf(1, cluster.AdminCertificate(), "::1");
        Assert.Equal(2, (await ClusterTests.UntilAsync<FinishedEvent>(client)).Rounds);
        using var older = cluster.ClientOf(1);
        Assert.True((await older.GetHealthAsync(Cancellation)).Healthy);
    }

    [Theory]
    [InlineData("127.0.0.1:30304", "", "127.0.0.1:30304", "127.0.0.1:30304")]
    [InlineData("0.0.0.0:30304", "", "", "127.0.0.1:30304")]
    [InlineData("[::]:30304", "", "", "[::1]:30304")]
    [InlineData("[::]:30304", "node.example:443,[2001:db8::1]:30304", "node.example:443 [2001:db8::1]:30304", "[::1]:30304")]
    public void What_others_are_told_stands_apart_from_where_the_node_listens(string listen, string advertise, string reached, string local)
    {
        var (tree, _) =
            Learning.Experiments.YamlTreeReader.Read("node.yaml", NodeFileTemplate.Write(), Learning.Experiments.YamlBounds.Node)
            .Override([$"listen={listen}", $"advertise=[{advertise}]", $"contract.founding={new string('a', 64)}"]);
        var read = NodeConfigurationReader.Read(tree);
        Assert.Equal((reached, IPEndPoint.Parse(local)), (string.Join(' ', read.Reached), read.Local));
    }
}
