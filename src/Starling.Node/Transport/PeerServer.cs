using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace Starling.Node.Transport;

/// <summary>Kestrel as a node wants it.</summary>
public static class PeerServer
{
    /// <summary>
    /// Serves with Kestrel, TLS and plain sockets, in a way that suits large models: in large blocks, and on the thread that received,
    /// since nothing here keeps that thread from the next connection.
    /// </summary>
    public static IWebHostBuilder UsePeerServer(this IWebHostBuilder host) => host
        .UseKestrelCore()
        .UseKestrelHttpsConfiguration()
        .UseSockets(sockets => sockets.UnsafePreferInlineScheduling = true)
        .UseLargeBlocks();

    /// <summary>Receives and sends in blocks of 64 KiB, where Kestrel's own are 4 KiB.</summary>
    public static IWebHostBuilder UseLargeBlocks(this IWebHostBuilder host) => host
        .ConfigureServices(services => services.AddSingleton<IMemoryPoolFactory<byte>, LargeBlocks>());
}
