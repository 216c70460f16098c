using System.Collections.Immutable;
using System.Diagnostics.Metrics;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using Starling.Core.Identity;
using Starling.Core.Kernel;
using Starling.Node.Transport;

namespace Starling.Node.Tests.Transport;

public sealed class PeerNetworkTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Messages_go_both_ways_whoever_dialled()
    {
        await using var pair = await Pair.ConnectAsync();
        Assert.True(pair.A.Network.Send(Pair.IdOfB, new LedgerHint(ContractId.Parse("digits"), 7)));
        Assert.True(pair.B.Network.Send(Pair.IdOfA, new LedgerHint(ContractId.Parse("digits"), 8)));
        Assert.Contains("Height = 7", await pair.B.HearsAsync("message"), StringComparison.Ordinal);
        Assert.Contains("Height = 8", await pair.A.HearsAsync("message"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_protocols_words_arrive_byte_for_byte_up_to_their_bound()
    {
        await using var pair = await Pair.ConnectAsync();
        ImmutableArray<byte> longest = [.. Enumerable.Range(0, ProtocolMessage.MaxPayloadBytes).Select(i => (byte)i)];
        Assert.True(pair.A.Network.Send(Pair.IdOfB, new ProtocolMessage(ContractId.Parse("digits"), longest)));
        await pair.B.HearsAsync("message");
        var arrived = Assert.IsType<ProtocolMessage>(Assert.Single(pair.B.Messages));
        Assert.Equal("digits", arrived.Contract.Value);
        Assert.Equal(longest.AsSpan(), arrived.Payload.AsSpan());
    }

    [Fact]
    public async Task The_higher_id_dials_when_only_it_knows_an_address()
    {
        await using var pair = await Pair.CreateAsync();
        pair.B.Network.SetAddresses(Pair.IdOfA, [pair.A.Address]);
        await pair.KeepAsync();
    }

    [Fact]
    public async Task Nodes_that_dial_each_other_at_once_end_with_one_connection_of_a_kind()
    {
        for (var i = 0; i < 20; i++)
        {
            await using var pair = await Pair.CreateAsync(new PeerNetworkOptions { SecondDialDelay = TimeSpan.Zero });
            pair.A.Network.SetAddresses(Pair.IdOfB, [pair.B.Address]);
            pair.B.Network.SetAddresses(Pair.IdOfA, [pair.A.Address]);
            await pair.KeepAsync();
            Assert.True(pair.A.Network.Send(Pair.IdOfB, new LedgerHint(ContractId.Parse("digits"), i)));
            Assert.Contains($"Height = {i} ", await pair.B.HearsAsync("message"), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_second_address_is_tried_when_nobody_answers_at_the_first()
    {
        await using var pair = await Pair.CreateAsync();
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var silent = PeerAddress.Of((IPEndPoint)taken.LocalEndpoint);
        taken.Stop();
        pair.A.Network.SetAddresses(Pair.IdOfB, [silent, pair.B.Address]);
        await pair.KeepAsync();
    }

    [Fact]
    public async Task A_node_that_stops_is_missed_at_once_and_found_again_on_the_same_port()
    {
        await using var pair = await Pair.ConnectAsync();
        await pair.B.DisposeAsync();
        await pair.A.HearsAsync($"down {Pair.IdOfB}");
        Assert.False(pair.A.Network.Send(Pair.IdOfB, new LedgerHint(ContractId.Parse("digits"), 1)));

        await using var again = new TestNode(pair.Authority.Credentials(Pair.IdOfB));
        again.Network.KeepPeers([Pair.IdOfA]);
        await again.ListenAsync(pair.B.Port);
        await pair.A.HearsAsync($"up {Pair.IdOfB}");
    }

    [Fact]
    public async Task A_broken_connection_is_noticed_at_once_and_made_again()
    {
        var options = new PeerNetworkOptions { SilenceTimeout = TimeSpan.FromMinutes(10) };
        await using var pair = await Pair.CreateAsync(options);
        using var relay = new Relay(pair.B.Port);
        pair.A.Network.SetAddresses(Pair.IdOfB, [relay.Address]);
        await pair.KeepAsync();
        relay.Break();
        await pair.A.HearsAsync($"down {Pair.IdOfB}");
        await pair.B.HearsAsync($"down {Pair.IdOfA}");
        await pair.A.HearsAsync($"up {Pair.IdOfB}");
        await pair.B.HearsAsync($"up {Pair.IdOfA}");
    }

    [Fact]
    public async Task A_half_open_connection_is_noticed_by_its_silence()
    {
        var options =
            new PeerNetworkOptions { KeepAliveInterval = TimeSpan.FromMilliseconds(50), SilenceTimeout = TimeSpan.FromMilliseconds(300) };
        await using var pair = await Pair.CreateAsync(options);
        using var relay = new Relay(pair.B.Port);
        pair.A.Network.SetAddresses(Pair.IdOfB, [relay.Address]);
        await pair.KeepAsync();
        relay.Freeze();
        await pair.A.LogsAsync("has said nothing for 0.3 s");
        await pair.A.HearsAsync($"down {Pair.IdOfB}");
    }

    [Fact]
    public async Task Who_is_no_longer_kept_is_told_so_and_refused()
    {
        await using var pair = await Pair.ConnectAsync();
        pair.B.Network.KeepPeers([]);
        await pair.B.HearsAsync($"down {Pair.IdOfA}");
        await pair.A.HearsAsync($"down {Pair.IdOfB}");
        await pair.A.LogsAsync($"{Pair.IdOfB} keeps no connection with {Pair.IdOfA} any more.");
        await pair.A.LogsAsync(
            $"Warning: No Control connection with {Pair.IdOfB} at {pair.B.Address}: {Pair.IdOfB} does not expect {Pair.IdOfA}");
    }

    [Fact]
    public async Task Another_node_at_the_address_is_named_on_both_sides()
    {
        await using var pair = await Pair.CreateAsync();
        var third = NodeId.Create("example.org", "clinic", "c");
        pair.A.Network.SetAddresses(third, [pair.B.Address]);
        pair.A.Network.KeepPeers([third]);
        var sentence = $"{third} was dialled, but {Pair.IdOfB} answered; correct the address.";
        await pair.A.LogsAsync(sentence);
        await pair.B.LogsAsync(sentence);
    }

    [Fact]
    public async Task A_listening_node_that_cannot_be_trusted_is_refused_and_both_say_why()
    {
        var trusting = new TestAuthority("trusting");
        var stranger = new TestAuthority("stranger");
        await using var a = new TestNode(trusting.Credentials(Pair.IdOfA));
        await using var b = await new TestNode(stranger.Credentials(Pair.IdOfB, trusting)).ListenAsync();
        b.Network.KeepPeers([Pair.IdOfA]);
        a.Network.SetAddresses(Pair.IdOfB, [b.Address]);
        a.Network.KeepPeers([Pair.IdOfB]);
        var sentence = $"No trusted authority vouches for the certificate of {Pair.IdOfB}; it was issued by CN=stranger.";
        await a.LogsAsync(sentence);
        await b.LogsAsync(sentence);
    }

    [Theory]
    [InlineData(Roles.None, "gives it no role; issue one with")]
    [InlineData(Roles.Observer,
        "may not connect as a peer: its certificate gives it observer, and learner, operator are the roles that may.")]
    public async Task A_listening_node_without_a_peers_role_is_refused_and_both_say_why(Roles roles, string sentence)
    {
        var authority = new TestAuthority("authority");
        await using var a = new TestNode(authority.Credentials(Pair.IdOfA));
        await using var b = await new TestNode(authority.Credentials(authority.Issue([Pair.IdOfB.Value], roles: roles))).ListenAsync();
        b.Network.KeepPeers([Pair.IdOfA]);
        a.Network.SetAddresses(Pair.IdOfB, [b.Address]);
        a.Network.KeepPeers([Pair.IdOfB]);
        await a.LogsAsync(sentence);
        await b.LogsAsync(sentence);
    }

    [Fact]
    public async Task Authorities_of_two_organisations_are_trusted_side_by_side()
    {
        var first = new TestAuthority("first", "first.org");
        var second = new TestAuthority("second", "second.org");
        var (idOfA, idOfB) = (NodeId.Create("first.org", "clinic", "a"), NodeId.Create("second.org", "clinic", "b"));
        await using var a = new TestNode(first.Credentials(idOfA, second));
        await using var b = await new TestNode(second.Credentials(idOfB, first)).ListenAsync();
        b.Network.KeepPeers([idOfA]);
        a.Network.SetAddresses(idOfB, [b.Address]);
        a.Network.KeepPeers([idOfB]);
        await a.HearsAsync($"up {idOfB}");
        await b.HearsAsync($"up {idOfA}");
    }

    [Fact]
    public async Task A_full_queue_drops_and_says_so()
    {
        await using var pair = await Pair.CreateAsync(new PeerNetworkOptions { SendQueue = 4 });
        using var relay = new Relay(pair.B.Port);
        pair.A.Network.SetAddresses(Pair.IdOfB, [relay.Address]);
        await pair.KeepAsync();
        relay.Freeze();
        using var dropped = new DroppedMessages();
        // The socket may take some more after the first that found no room.
        var (sent, refused) = (0, 0);
        while (refused < 2)
            if (pair.A.Network.Send(Pair.IdOfB, new LedgerHint(ContractId.Parse("digits"), sent)))
                Assert.True(++sent < 10_000_000, "The queue has no bound.");
            else
                Assert.Equal(++refused, dropped.Peers.Count);
        Assert.Equal([Pair.IdOfB.Value, Pair.IdOfB.Value], dropped.Peers);
    }

    [Fact]
    public async Task Http_and_peers_share_one_port()
    {
        await using var pair = await Pair.ConnectAsync();
        using var client = Http(pair.Authority.Issue(["spiffe://example.org/clinic/person"]));
        Assert.Equal("spiffe://example.org/clinic/person",
            await client.GetStringAsync(new Uri($"https://localhost:{pair.B.Port}/who"), Cancellation));
    }

    /// <summary>The peers to which this thread's messages were dropped, as the metrics count them; others are other tests'.</summary>
    private sealed class DroppedMessages : IDisposable
    {
        private readonly MeterListener listener = new();

        public DroppedMessages()
        {
            var own = Environment.CurrentManagedThreadId;
            listener.InstrumentPublished = (instrument, heard) =>
            {
                if (instrument is { Name: "starling.peer.dropped", Meter.Name: "Starling.Transport" })
                    heard.EnableMeasurementEvents(instrument);
            };
            listener.SetMeasurementEventCallback<long>((_, count, tags, _) =>
            {
                for (var i = 0; Environment.CurrentManagedThreadId == own && i < count; i++)
                    Peers.Add((string)tags[0].Value!);
            });
            listener.Start();
        }

        public List<string> Peers { get; } = [];

        public void Dispose() => listener.Dispose();
    }

    private static HttpClient Http(System.Security.Cryptography.X509Certificates.X509Certificate2? certificate)
    {
        var options = new SslClientAuthenticationOptions
        {
            RemoteCertificateValidationCallback = (_, server, _, _) => server?.Issuer == "CN=authority",
            ClientCertificates = certificate is null ? null : [certificate],
        };
        return new HttpClient(new SocketsHttpHandler { SslOptions = options });
    }
}
