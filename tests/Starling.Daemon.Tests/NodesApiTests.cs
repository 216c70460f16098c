using Starling.Daemon.Tests.Clusters;

namespace Starling.Daemon.Tests;

public sealed class NodesApiTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>Red if the node leaves itself or a peer out, or takes a peer that is not up for connected.</summary>
    [Fact(Timeout = 120_000)]
    public async Task A_node_tells_of_itself_and_of_its_peers()
    {
        await using var desk = await Desk.OpenAsync(Cancellation);
        var (self, peer) = (desk.Cluster.Nodes[0], desk.Cluster.Nodes[1]);
        var nodes = (await desk.Client.GetNodesAsync(null, Cancellation)).Items;
        Assert.Equal(
            [(self.Value, "clinic-0", true, true), (peer.Value, "clinic-1", false, false)],
            nodes.Select(node => (node.Node, node.Organisation, node.IsSelf, node.Connected)));
        Assert.All(nodes, node => Assert.Equal(["trial"], node.Contracts));
        Assert.Single(nodes[1].Addresses);
    }

    /// <summary>Red if a node that has read its contracts, and runs, says that it is not ready.</summary>
    [Fact(Timeout = 120_000)]
    public async Task A_node_that_has_read_its_contracts_is_ready()
    {
        await using var desk = await Desk.OpenAsync(Cancellation);
        Assert.True((await desk.Client.GetReadinessAsync(Cancellation)).Healthy);
    }
}
