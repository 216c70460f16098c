using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using Google.Protobuf;
using Starling.Node.Transport;
using Starling.Node.Transport.Wire;

namespace Starling.Node.Tests.Transport;

/// <summary>
/// What a node says to those who break the rules of the protocol. Node a listens and keeps b; the test plays b. Whom a node refuses for
/// what he is, is in the table of Starling.Daemon.Tests/Refusals.
/// </summary>
public sealed class HostilePeerTests : IAsyncLifetime
{
    private readonly TestAuthority authority = new("authority");
    private TestNode node = null!;
    private X509Certificate2 certificate = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        node = await new TestNode(authority.Credentials(Pair.IdOfA),
            new PeerNetworkOptions { HandshakeTimeout = TimeSpan.FromSeconds(1) }).ListenAsync();
        node.Network.KeepPeers([Pair.IdOfB]);
        certificate = authority.Issue([Pair.IdOfB.Value]);
    }

    public ValueTask DisposeAsync() => node.DisposeAsync();

    [Fact]
    public async Task An_older_version_is_refused_with_words()
    {
        var hello = RawPeer.Hello(ConnectionKind.Control);
        hello.Version = 0;
        await RefusesAsync(Frame.Encode(FrameKind.Hello, hello), PeerRefusal.Version,
            $"{Pair.IdOfA} speaks version 1 of the protocol and {Pair.IdOfB} speaks version 0; upgrade the older one.");
    }

    /// <summary>Red if a newer node that still speaks our version is sent away, or one that no longer does is not.</summary>
    [Theory]
    [InlineData(2, 1, null)]
    [InlineData(7, 2, "speaks versions 2 to 7; upgrade the older one.")]
    [InlineData(2, 0, "speaks version 2; upgrade the older one.")]
    public async Task A_newer_version_is_spoken_with_if_it_speaks_ours(uint newest, uint oldest, string? refusal)
    {
        var hello = RawPeer.Hello(ConnectionKind.Control);
        (hello.Version, hello.Oldest) = (newest, oldest);
        if (refusal is not null)
        {
            await RefusesAsync(Frame.Encode(FrameKind.Hello, hello), PeerRefusal.Version,
                $"{Pair.IdOfA} speaks version 1 of the protocol and {Pair.IdOfB} {refusal}");
            return;
        }

        await using var peer = await RawPeer.ConnectAsync(node.Port, certificate);
        await peer.SendAsync(FrameKind.Hello, hello);
        var answer = await peer.ReadAsync();
        Assert.Equal(FrameKind.Hello, answer.Kind);
        Assert.Equal((1u, 1u), (answer.Decode(Hello.Parser).Version, answer.Decode(Hello.Parser).Oldest));
    }

    [Fact]
    public void A_reason_of_a_later_version_is_unknown_and_its_sentence_kept()
    {
        var frame = new Frame(FrameKind.Refused, PeerHandshake.Encode((PeerRefusal)99, "Too late.").AsMemory(Frame.HeaderBytes));
        var refusal = PeerHandshake.Refusal(frame);
        Assert.Equal((PeerRefusal.Unknown, "Too late."), (refusal.Code, refusal.Message));
    }

    [Fact]
    public async Task A_connection_of_no_kind() => await RefusesAsync(
        Frame.Encode(FrameKind.Hello, RawPeer.Hello((ConnectionKind)7)), PeerRefusal.BrokenRule, "There is no connection of kind 7.");

    [Fact]
    public async Task A_frame_before_the_hello() => await RefusesAsync(
        Frame.Encode(FrameKind.Ping, new Ping()), PeerRefusal.BrokenRule, "A connection begins with a Hello, not with Ping.");

    [Fact]
    public async Task Garbage() =>
        await RefusesAsync("GET / HTTP/1.1\r\n\r\n"u8.ToArray(), PeerRefusal.BrokenRule, "There is no frame of kind 47.");

    [Fact]
    public async Task A_payload_that_is_no_message() => await RefusesAsync(
        [0, 0, 0, 2, 1, 0xff, 0xff], PeerRefusal.BrokenRule, "The payload of a frame Hello is not such a message.");

    [Fact]
    public async Task A_hello_that_never_ends() => await RefusesAsync([0, 0, 0, 9, 1, 8], PeerRefusal.Silent, "No hello came within 1 s.");

    [Fact]
    public async Task A_handshake_that_never_begins_is_ended()
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPAddress.Loopback, node.Port, Cancellation);
        Assert.Equal(0, await socket.ReceiveAsync(new byte[1], Cancellation));
    }

    [Fact]
    public async Task A_second_connection_of_a_running_process_is_a_duplicate_and_of_a_new_one_is_not()
    {
        await using var first = await RawPeer.GreetAsync(node.Port, certificate, ConnectionKind.Control);
        await using var second = await RawPeer.ConnectAsync(node.Port, certificate);
        await second.SendAsync(FrameKind.Hello, RawPeer.Hello(ConnectionKind.Control));
        Assert.Equal(PeerRefusal.Duplicate, (await second.ReadRefusalAsync()).Code);
        await using var third = await RawPeer.GreetAsync(node.Port, certificate, ConnectionKind.Control, instance: 2);
        Assert.Equal((PeerRefusal.Closing, $"{Pair.IdOfB} has started anew."), await first.ReadRefusalAsync());
    }

    [Theory]
    [InlineData(ConnectionKind.Bulk, 11, 0, "A frame Word has no place on a standing Bulk connection.")]
    [InlineData(ConnectionKind.Control, 11, 0, "A word names no contract, or holds nothing or more than 4096 bytes.")]
    [InlineData(ConnectionKind.Control, 4, 0, "A frame ManifestRequest has no place on a standing Control connection.")]
    [InlineData(ConnectionKind.Bulk, 3, 0, "A frame Hint has no place on a standing Bulk connection.")]
    [InlineData(ConnectionKind.Bulk, 1, 0, "A frame Hello has no place on a standing Bulk connection.")]
    [InlineData(ConnectionKind.Bulk, 6, 0, "An answer came to request 0, which does not wait.")]
    [InlineData(ConnectionKind.Bulk, 5, 0, "A blob's id has 32 bytes, not 0.")]
    [InlineData(ConnectionKind.Control, 3, 0, "A hint names no contract, or a height below zero.")]
    internal async Task Frames_out_of_place_or_bounds(ConnectionKind kind, byte frame, uint length, string sentence)
    {
        await using var peer = await RawPeer.GreetAsync(node.Port, certificate, kind);
        await peer.SendAsync(frame, length);
        Assert.Equal((PeerRefusal.BrokenRule, sentence), await peer.ReadRefusalAsync());
    }

    [Fact]
    public async Task Too_many_requests_at_a_time()
    {
        var gate = new TaskCompletionSource();
        node.Blobs.Gate = gate.Task;
        var manifest = node.Blobs.Add(new byte[100]);
        await using var peer = await RawPeer.GreetAsync(node.Port, certificate, ConnectionKind.Bulk);
        for (uint i = 0; i <= PeerNetworkOptions.MaxRequestsInFlight; i++)
            await peer.SendAsync(FrameKind.ChunkRequest,
                new ChunkRequest { Request = i, Blob = ByteString.CopyFrom(manifest.Id.Digest.ToArray()) });
        await node.LogsAsync("More than 64 requests wait at a time.");
    }

    [Fact]
    public async Task A_request_made_twice()
    {
        node.Blobs.Gate = new TaskCompletionSource().Task;
        var manifest = node.Blobs.Add(new byte[100]);
        await using var peer = await RawPeer.GreetAsync(node.Port, certificate, ConnectionKind.Bulk);
        for (var i = 0; i < 2; i++)
            await peer.SendAsync(FrameKind.ChunkRequest,
                new ChunkRequest { Request = 1, Blob = ByteString.CopyFrom(manifest.Id.Digest.ToArray()) });
        await node.LogsAsync("Request 1 was made twice.");
    }

    private async Task RefusesAsync(byte[] bytes, PeerRefusal code, string sentence)
    {
        await using var peer = await RawPeer.ConnectAsync(node.Port, certificate);
        await peer.SendAsync(bytes);
        await CheckAsync(peer, code, sentence);
    }

    private async Task CheckAsync(RawPeer peer, PeerRefusal code, string sentence)
    {
        var refusal = await peer.ReadRefusalAsync();
        Assert.Equal(code, refusal.Code);
        Assert.Contains(sentence, refusal.Sentence, StringComparison.Ordinal);
        await node.LogsAsync(sentence);
    }
}
