using System.Net;
using System.Net.Sockets;
using Starling.Api;
using Starling.Api.Events;
using Starling.Daemon.Tests.Clusters;
using Starling.Node.Tests.Transport;

namespace Starling.Daemon.Tests;

public sealed class NodeApiTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact(Timeout = 120_000)]
    public async Task A_node_alone_waits_and_names_whom_it_awaits_until_they_come()
    {
        await using var cluster = await Cluster.CreateAsync(2, Cluster.Synthetic(nodes: 2, minPeers: 2, rounds: 1), Cancellation);
        await using var first = await cluster.StartAsync(0, Cancellation);
        using var client = cluster.ClientOf(0);
        await foreach (var told in client.GetEventsAsync(0, Cancellation))
            if (told is AwaitingEvent { Ready: [_] } awaiting)
            {
                Assert.Equal([cluster.Nodes[1].Value], awaiting.Awaited);
                Assert.Equal(2, awaiting.MinPeers);
                break;
            }

        var status = await client.GetStatusAsync(Cancellation);
        Assert.Equal(NodePhase.Waiting, status.Phase);
        Assert.Equal("1 of 2 needed members are ready; awaited: clinic-1/node.", status.Sentence);
        Assert.Equal([cluster.Nodes[0].Value], status.Ready);
        Assert.Equal([cluster.Nodes[1].Value], status.Awaited);
        Assert.Equal((1L, 1L, 1L, 2, 2L), (status.Round, status.Opening, status.Term, status.MinPeers, status.Height));
        Assert.Null(status.Leader);
        Assert.Equal(1, status.Local!.Round);

        await using var second = await cluster.StartAsync(1, Cancellation);
        Assert.Equal(1, (await ClusterTests.UntilAsync<FinishedEvent>(client)).Rounds);
    }

    [Fact(Timeout = 120_000)]
    public async Task Events_are_read_on_from_a_cursor_and_across_a_restart()
    {
        await using var cluster = await Cluster.CreateAsync(2, Cluster.Synthetic(nodes: 2, minPeers: 2, rounds: 1), Cancellation);
        long last;
        await using (var daemon = await cluster.StartAsync(0, Cancellation))
        {
            using var client = cluster.ClientOf(0);
            var opened = await ClusterTests.UntilAsync<RoundOpenedEvent>(client);
            await foreach (var told in client.GetEventsAsync(opened.Cursor, Cancellation))
            {
                Assert.Equal(opened.Cursor + 1, told.Cursor);
                break;
            }

            await daemon.StopAsync("the test says so");
            last = EventFile.Read(Path.Combine(cluster.NodeFolder(0), EventFile.Name)).Last().Cursor;
        }

        var written = EventFile.Read(Path.Combine(cluster.NodeFolder(0), EventFile.Name)).ToList();
        Assert.Equal(Enumerable.Range(1, written.Count).Select(i => (long)i), written.Select(e => e.Cursor));
        // What was under way may be told behind it.
        Assert.Equal("the test says so", Assert.Single(written.OfType<NodeStoppingEvent>()).Reason);

        await using var again = await cluster.StartAsync(0, Cancellation);
        using var second = cluster.ClientOf(0);
        Assert.Equal(last + 1, (await ClusterTests.UntilAsync<NodeStartedEvent>(second)).Cursor);
    }

    [Fact(Timeout = 120_000)]
    public async Task The_latest_model_can_be_downloaded_in_part_and_what_is_not_there_is_told()
    {
        await using var cluster = await Cluster.CreateAsync(2, Cluster.Synthetic(nodes: 2, minPeers: 2, rounds: 1), Cancellation);
        await using var first = await cluster.StartAsync(0, Cancellation);
        using var client = cluster.ClientOf(0);
        var early =
            await Assert.ThrowsAsync<NodeClientException>(() => client.OpenModelAsync(cluster.Contract.Value, null, 0, Cancellation));
        Assert.Contains("No round has ended", early.Message, StringComparison.Ordinal);
        Assert.Contains("no contract 'other'",
            (await Assert.ThrowsAsync<NodeClientException>(() => client.GetContractAsync("other", Cancellation))).Message,
            StringComparison.Ordinal);

        await using var second = await cluster.StartAsync(1, Cancellation);
        await ClusterTests.UntilAsync<FinishedEvent>(client);
        var whole = await ReadAsync(client, cluster, 0);
        var committed = (await client.GetContractAsync(cluster.Contract.Value, Cancellation)).Commits[^1].Merge;
        Assert.Equal(whole[10..], await ReadAsync(client, cluster, 10));
        await using (var rest = await client.OpenModelAsync(cluster.Contract.Value, committed, 10, Cancellation))
            Assert.Equal((committed, 10L, (long)whole.Length), (rest.Blob, rest.From, rest.Length));
        await using (var anew = await client.OpenModelAsync(cluster.Contract.Value, new string('0', 64), 10, Cancellation))
            Assert.Equal((committed, 0L, (long)whole.Length), (anew.Blob, anew.From, anew.Length));
        var model = Core.Models.Safetensors.Read(whole);
        Assert.Null(model.Error);
        var contract = await client.GetContractAsync(cluster.Contract.Value, Cancellation);
        Assert.Equal(model.State!.Schema.Hash.ToString(), contract.Settings!.SchemaHash);
        Assert.Equal(("leader", "full", 2), (contract.Settings.Protocol, contract.Settings.Audit, contract.Settings.MinPeers));
    }

    [Fact(Timeout = 60_000)]
    public async Task A_node_agrees_to_stop()
    {
        await using var cluster = await Cluster.CreateAsync(2, Cluster.Synthetic(nodes: 2, minPeers: 2, rounds: 1), Cancellation);
        await using var daemon = await cluster.StartAsync(0, Cancellation);
        using var client = cluster.ClientOf(0);
        await client.StopAsync(Cancellation);
        Assert.Contains(daemon.Configuration.Admins[0].Value, await daemon.StopRequested, StringComparison.Ordinal);
    }

    /// <summary>Red if a connection that breaks just then is what the one who cancels hears of.</summary>
    [Fact]
    public async Task Who_cancels_a_call_hears_of_that_alone()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var authority = new TestAuthority("test", "test.example");
        using var certificate = authority.Issue(["spiffe://test.example/clinic/person"]);
        using var client =
            new NodeClient(new DnsEndPoint("127.0.0.1", ((IPEndPoint)listener.LocalEndpoint).Port), null, certificate, [authority.Certificate]);
        using var cancelled = new CancellationTokenSource();
        var asked = client.GetHealthAsync(cancelled.Token);
        var node = await listener.AcceptSocketAsync(Cancellation);
        await node.ReceiveAsync(new byte[1], Cancellation);

        // What is registered last is told first: the connection breaks while the call itself does not know yet.
        await using var breaking = cancelled.Token.Register(() =>
        {
            node.Close(timeout: 0);
            SpinWait.SpinUntil(() => asked.IsCompleted, TimeSpan.FromSeconds(30));
        });
        await cancelled.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asked);
    }

    private static async Task<byte[]> ReadAsync(NodeClient client, Cluster cluster, long from)
    {
        await using var model = await client.OpenModelAsync(cluster.Contract.Value, null, from, Cancellation);
        using var memory = new MemoryStream();
        await client.CopyAsync(model, memory, Cancellation);
        return memory.ToArray();
    }
}
