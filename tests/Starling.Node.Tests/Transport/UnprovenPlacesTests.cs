using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Starling.Core.Identity;
using Starling.Node.Transport;
using Starling.Node.Transport.Wire;

namespace Starling.Node.Tests.Transport;

/// <summary>Whether strangers who open connections and say nothing can keep a peer out: over real sockets and TLS.</summary>
public sealed class UnprovenPlacesTests : IAsyncLifetime
{
    private const int Sockets = 2000;

    private readonly TestAuthority authority = new("authority");
    private readonly List<Socket> silent = [];
    private TestNode node = null!;
    private X509Certificate2 certificate = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        node = await new TestNode(authority.Credentials(Pair.IdOfA),
            new PeerNetworkOptions { HandshakeTimeout = TimeSpan.FromSeconds(60) }).ListenAsync();
        node.Network.KeepPeers([Pair.IdOfB]);
        certificate = authority.Issue([Pair.IdOfB.Value]);
    }

    public async ValueTask DisposeAsync()
    {
        silent.ForEach(socket => socket.Dispose());
        await node.DisposeAsync();
    }

    /// <summary>Red if silent connections have all the port's places until they time out.</summary>
    [Fact(Timeout = 60_000)]
    public async Task A_peer_gets_in_while_thousands_say_nothing()
    {
        await CrowdAsync(IPAddress.Loopback);
        await using var control = await RawPeer.GreetAsync(node.Port, certificate, ConnectionKind.Control);
        await using var bulk = await RawPeer.GreetAsync(node.Port, certificate, ConnectionKind.Bulk);
        await node.LogsAsync("128 connections have shown no certificate that is believed; for each more the oldest is closed");
    }

    /// <summary>Red if a crowd of one address puts out who comes from another.</summary>
    [Fact(Timeout = 60_000)]
    public async Task A_crowd_of_one_address_takes_its_own_places()
    {
        var slow = await OpenAsync(IPAddress.Loopback);
        await CrowdAsync(IPAddress.Parse("127.0.0.2"));
        await using var stream = new SslStream(new NetworkStream(slow, ownsSocket: true));
        await stream.AuthenticateAsClientAsync(
            new SslClientAuthenticationOptions
            {
                ApplicationProtocols = [PeerProtocol.Starling],
                EnabledSslProtocols = SslProtocols.Tls13,
                ClientCertificates = [certificate],
                RemoteCertificateValidationCallback = (_, server, _, _) => server is not null,
            },
            Cancellation);
        Assert.True(stream.IsMutuallyAuthenticated);
    }

    /// <summary>
    /// Red if whoever is believed can have all the port's places and say no hello, if that keeps another out, if connections that stand
    /// count, or if a place is lost with its connection.
    /// </summary>
    [Fact(Timeout = 60_000)]
    public async Task Who_is_believed_and_says_no_hello_has_few_places()
    {
        const int most = PeerAcceptor.MostWithoutHello, many = 3 * most;
        var mute = NodeId.Create("example.org", "clinic", "mute");
        var certificateOfMute = authority.Issue([mute.Value]);
        var (open, closed) = (new List<RawPeer>(), new List<Task>());
        for (var i = 0; i < many; i++)
        {
            open.Add(await RawPeer.ConnectAsync(node.Port, certificateOfMute));
            closed.Add(open[^1].ReadRawAsync(new byte[1]));
        }

        while (closed.Count(end => end.IsFaulted) < many - most)
            await Task.Delay(10, Cancellation);
        await node.LogsAsync($"{mute} has {most} connections for the peer protocol that do not stand yet, and nobody may have more");
        Assert.Equal(most, closed.Count(end => !end.IsCompleted));

        await using var control = await RawPeer.GreetAsync(node.Port, certificate, ConnectionKind.Control);
        await using var bulk = await RawPeer.GreetAsync(node.Port, certificate, ConnectionKind.Bulk);
        await node.HearsAsync("up");
        for (var i = 0; i < most - 2; i++)
            open.Add(await RawPeer.ConnectAsync(node.Port, certificate));
        await using var again = await RawPeer.GreetAsync(node.Port, certificate, ConnectionKind.Control, instance: 2);

        foreach (var connection in open)
            await connection.DisposeAsync();
        while (!await IsAnsweredAsync(mute, certificateOfMute))
            await Task.Delay(10, Cancellation);
    }

    private async Task<bool> IsAnsweredAsync(NodeId caller, X509Certificate2 shown)
    {
        await using var peer = await RawPeer.ConnectAsync(node.Port, shown);
        try
        {
            var hello = RawPeer.Hello(ConnectionKind.Control);
            hello.Node = caller.Value;
            await peer.SendAsync(FrameKind.Hello, hello);
            return (await peer.ReadRefusalAsync()).Code == PeerRefusal.NotExpected;
        }
        catch (IOException)
        {
            return false;
        }
    }

    private async Task CrowdAsync(IPAddress from)
    {
        for (var i = 0; i < Sockets; i++)
            silent.Add(await OpenAsync(from));
        // Those that were put out are closed by now, or soon.
        while (silent.Count(socket => !socket.Poll(0, SelectMode.SelectRead)) > 128)
            await Task.Delay(10, Cancellation);
    }

    private async Task<Socket> OpenAsync(IPAddress from)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(from, 0));
        await socket.ConnectAsync(IPAddress.Loopback, node.Port, Cancellation);
        return socket;
    }
}
