using System.Buffers.Binary;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Google.Protobuf;
using Starling.Core.Identity;
using Starling.Node.Transport;
using Starling.Node.Transport.Wire;

namespace Starling.Node.Tests.Transport;

/// <summary>Speaks to a node's port byte by byte, and as badly as a test wants.</summary>
internal sealed class RawPeer(SslStream stream) : IAsyncDisposable
{
    /// <summary>Whom it plays unless told otherwise, and whom it means to reach.</summary>
    public static readonly NodeId Own = NodeId.Create("example.org", "clinic", "b"), Reached = NodeId.Create("example.org", "clinic", "a");

    private readonly FrameReader reader = new(stream);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static async Task<RawPeer> ConnectAsync(int port, X509Certificate2? certificate, string protocol = "starling/1")
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPAddress.Loopback, port, Cancellation);
        var stream = new SslStream(new NetworkStream(socket, ownsSocket: true));
        var options = new SslClientAuthenticationOptions
        {
            ApplicationProtocols = [new SslApplicationProtocol(protocol)],
            EnabledSslProtocols = SslProtocols.Tls13,
            ClientCertificates = certificate is null ? null : [certificate],
            RemoteCertificateValidationCallback = (_, server, _, _) => server is not null,
        };
        await stream.AuthenticateAsClientAsync(options, Cancellation);
        return new RawPeer(stream);
    }

    /// <summary>Connects and completes a hello.</summary>
    public static async Task<RawPeer> GreetAsync(int port, X509Certificate2 certificate, ConnectionKind kind, ulong instance = 1)
    {
        var peer = await ConnectAsync(port, certificate);
        await peer.GreetAsync(Hello(kind, instance));
        return peer;
    }

    public static Hello Hello(ConnectionKind kind, ulong instance = 1) =>
        new() { Version = 1, Node = Own.Value, Connection = kind, Instance = instance, Expected = Reached.Value };

    /// <summary>Completes a hello.</summary>
    public async Task GreetAsync(Hello hello)
    {
        await SendAsync(FrameKind.Hello, hello);
        Assert.Equal(FrameKind.Hello, (await ReadAsync()).Kind);
    }

    public Task SendAsync(FrameKind kind, IMessage message) => SendAsync(Frame.Encode(kind, message));

    public async Task SendAsync(byte[] bytes) => await stream.WriteAsync(bytes, Cancellation);

    /// <summary>Sends a header that claims so many bytes, and as many of them as given.</summary>
    public Task SendAsync(byte kind, uint length, params byte[] payload)
    {
        var bytes = new byte[5 + payload.Length];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, length);
        bytes[4] = kind;
        payload.CopyTo(bytes, 5);
        return SendAsync(bytes);
    }

    /// <summary>How many keep-alives were passed over.</summary>
    public int KeepAlives { get; private set; }

    /// <summary>The next frame that is no keep-alive.</summary>
    public async Task<Frame> ReadAsync()
    {
        while (true)
        {
            var frame = await reader.ReadAsync(Cancellation);
            if (frame.Kind is not (FrameKind.Ping or FrameKind.Pong))
                return frame;
            KeepAlives++;
        }
    }

    /// <summary>Reads past everything to the refusal, after which the node must close.</summary>
    public async Task<(PeerRefusal Code, string Sentence)> ReadRefusalAsync()
    {
        var frame = await ReadAsync();
        Assert.Equal(FrameKind.Refused, frame.Kind);
        var refusal = PeerHandshake.Refusal(frame);
        await Assert.ThrowsAsync<EndOfStreamException>(async () => await ReadAsync());
        return (refusal.Code, refusal.Message);
    }

    public async Task ReadRawAsync(Memory<byte> destination)
    {
        for (var at = 0; at < destination.Length;)
            at += await reader.ReadRawAsync(destination[at..], Cancellation);
    }

    public ValueTask DisposeAsync() => stream.DisposeAsync();
}
