using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Starling.Node.Transport;

namespace Starling.Node.Tests.Transport;

/// <summary>Stands between two nodes and forwards bytes, until it breaks its connections or swallows everything.</summary>
internal sealed class Relay : IDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly ConcurrentBag<Socket> sockets = [];
    private readonly int target;
    private volatile bool frozen;

    public Relay(int target)
    {
        this.target = target;
        listener.Start();
        _ = AcceptAsync();
    }

    public PeerAddress Address => PeerAddress.Of((IPEndPoint)listener.LocalEndpoint);

    /// <summary>Breaks what stands; new connections are served.</summary>
    public void Break()
    {
        while (sockets.TryTake(out var socket))
            socket.Dispose();
    }

    /// <summary>Forwards nothing any more, and closes nothing.</summary>
    public void Freeze() => frozen = true;

    public void Dispose()
    {
        listener.Dispose();
        Break();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var near = await listener.AcceptSocketAsync();
                var far = new Socket(SocketType.Stream, ProtocolType.Tcp);
                sockets.Add(near);
                sockets.Add(far);
                await far.ConnectAsync(IPAddress.Loopback, target);
                _ = ForwardAsync(near, far);
                _ = ForwardAsync(far, near);
            }
        }
        catch (Exception end) when (end is SocketException or ObjectDisposedException or OperationCanceledException)
        {
        }
    }

    private async Task ForwardAsync(Socket from, Socket to)
    {
        var buffer = new byte[64 << 10];
        try
        {
            while (await from.ReceiveAsync(buffer) is var count and > 0)
            {
                if (frozen)
                    await new TaskCompletionSource().Task;
                for (var at = 0; at < count;)
                    at += await to.SendAsync(buffer.AsMemory(at, count - at));
            }
            to.Shutdown(SocketShutdown.Send);
        }
        catch (Exception end) when (end is SocketException or ObjectDisposedException)
        {
            to.Dispose();
        }
    }
}
