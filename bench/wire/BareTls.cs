using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace Starling.Bench.Wire;

/// <summary>The bare peer: one TCP connection over loopback with mutual TLS 1.3, and nothing else.</summary>
internal sealed class BareTls : IAsyncDisposable
{
    private const int WriteBytes = 256 << 10;

    private readonly byte[] outgoing = new byte[WriteBytes];
    private readonly byte[] incoming = new byte[WriteBytes];

    private BareTls(SslStream sender, SslStream receiver) => (Sender, Receiver) = (sender, receiver);

    public SslStream Sender { get; }

    public SslStream Receiver { get; }

    public static async Task<BareTls> ConnectAsync(X509Certificate2 server, X509Certificate2 client)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        var connecting = socket.ConnectAsync(listener.LocalEndpoint);
        var accepted = await listener.AcceptSocketAsync();
        accepted.NoDelay = true;
        await connecting;
        var (sender, receiver) =
            (new SslStream(new NetworkStream(socket, ownsSocket: true)), new SslStream(new NetworkStream(accepted, ownsSocket: true)));
#pragma warning disable CA5359 // Two ends of one process: there is nobody else to trust or not.
        await Task.WhenAll(
            sender.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
            {
                TargetHost = "",
                ClientCertificates = [client],
                EnabledSslProtocols = SslProtocols.Tls13,
                RemoteCertificateValidationCallback = (_, _, _, _) => true,
            }),
            receiver.AuthenticateAsServerAsync(new SslServerAuthenticationOptions
            {
                ServerCertificate = server,
                ClientCertificateRequired = true,
                EnabledSslProtocols = SslProtocols.Tls13,
                RemoteCertificateValidationCallback = (_, _, _, _) => true,
            }));
#pragma warning restore CA5359
        return new BareTls(sender, receiver);
    }

    /// <summary>Moves so many bytes from one end to the other; whatever they are, they go nowhere.</summary>
    public Task MoveAsync(long bytes) => Task.WhenAll(Task.Run(() => SendAsync(bytes)), Task.Run(() => ReceiveAsync(bytes)));

    public async ValueTask DisposeAsync()
    {
        await Sender.DisposeAsync();
        await Receiver.DisposeAsync();
    }

    private async Task SendAsync(long bytes)
    {
        for (var left = bytes; left > 0; left -= WriteBytes)
            await Sender.WriteAsync(outgoing.AsMemory(0, (int)Math.Min(left, WriteBytes)));
    }

    private async Task ReceiveAsync(long bytes)
    {
        while (bytes > 0)
            bytes -= await Receiver.ReadAsync(incoming.AsMemory(0, (int)Math.Min(bytes, WriteBytes)));
    }
}
