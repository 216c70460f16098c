using System.Globalization;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Starling.Core.Identity;
using Starling.Node.Transport;
using Starling.Node.Transport.Wire;

namespace Starling.Node.Tests.Transport;

/// <summary>Who has a node's connections, however many one opens: over real sockets and TLS.</summary>
public sealed class ApiPlacesTests : IAsyncDisposable
{
    private readonly TestAuthority authority = new("authority");
    private readonly List<RawPeer> open = [];
    private TestNode? node;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        foreach (var connection in open)
            await connection.DisposeAsync();
        if (node is not null)
            await node.DisposeAsync();
    }

    /// <summary>
    /// Red if a caller gets more connections than he may, if that keeps another one out, or if he gets none again once he closed one.
    /// </summary>
    [Fact(Timeout = 120_000)]
    public async Task A_caller_has_a_bounded_number_of_connections()
    {
        await ListenAsync(new PeerNetworkOptions());
        var greedy = Issue("greedy");
        for (var i = 0; i < PeerAcceptor.MostOfOneClient; i++)
            Assert.Equal(200, await AskAsync(greedy));
        Assert.Equal(503, await AskAsync(greedy));
        await node!.LogsAsync("has 64 connections with this node's API, and nobody may have more; close some.");
        Assert.Equal(200, await AskAsync(Issue("other")));

        await open[0].DisposeAsync();
        while (await AskAsync(greedy) != 200)
            await Task.Delay(10, Cancellation);
    }

    /// <summary>Red if clients of the API, of however many identities, can keep a peer out.</summary>
    [Fact(Timeout = 60_000)]
    public async Task A_quarter_of_the_connections_is_kept_for_peers()
    {
        await ListenAsync(new PeerNetworkOptions { MaxConnections = 8 });
        node!.Network.KeepPeers([Pair.IdOfB]);
        for (var i = 0; i < 6; i++)
            Assert.Equal(200, await AskAsync(Issue($"client-{i}")));
        Assert.Equal(503, await AskAsync(Issue("late")));
        await node.LogsAsync("There are 6 connections with this node's API, and no more are taken; try again later.");
        await open[^1].DisposeAsync();

        foreach (var kind in new[] { ConnectionKind.Control, ConnectionKind.Bulk })
            open.Add(await RawPeer.GreetAsync(node.Port, authority.Issue([Pair.IdOfB.Value]), kind));
    }

    /// <summary>Red if a client that follows events and is gone without a word has its place for ever.</summary>
    [Fact(Timeout = 60_000)]
    public async Task A_client_that_is_gone_is_missed()
    {
        await ListenAsync(new PeerNetworkOptions());
        Assert.Equal(200, await AskAsync(Issue("client"), "/alive"));
    }

    private async Task ListenAsync(PeerNetworkOptions options) =>
        node = await new TestNode(authority.Credentials(Pair.IdOfA), options).ListenAsync();

    private X509Certificate2 Issue(string name) => authority.Issue([NodeId.Create("example.org", "clinic", name).Value]);

    /// <summary>Asks over a new connection, which stays open.</summary>
    /// <returns>The answer's status.</returns>
    private async Task<int> AskAsync(X509Certificate2 caller, string path = "/who")
    {
        var connection = await RawPeer.ConnectAsync(node!.Port, caller, "http/1.1");
        open.Add(connection);
        await connection.SendAsync(Encoding.ASCII.GetBytes($"GET {path} HTTP/1.1\r\nHost: node\r\n\r\n"));
        var first = new byte["HTTP/1.1 200".Length];
        await connection.ReadRawAsync(first);
        return int.Parse(first.AsSpan(^3..), CultureInfo.InvariantCulture);
    }
}
