using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Starling.Core.Identity;
using Starling.Core.Kernel;
using Starling.Node.Transport;

namespace Starling.Node.Tests.Transport;

/// <summary>A node as far as the transport goes: a network, a port with an HTTP application on it, and ears.</summary>
internal sealed class TestNode : IPeerListener, ILogger<PeerNetwork>, IAsyncDisposable
{
    private readonly Channel<string> heard = Channel.CreateUnbounded<string>();
    private readonly Channel<string> logged = Channel.CreateUnbounded<string>();
    private WebApplication? server;

    public TestNode(PeerCredentials credentials, PeerNetworkOptions? options = null, TimeProvider? clock = null)
    {
        Credentials = credentials;
        Network = new PeerNetwork(options ?? new PeerNetworkOptions(), () => Credentials, Blobs, clock ?? TimeProvider.System, this);
        Network.Attach(this);
    }

    /// <summary>May be replaced while the node runs.</summary>
    public PeerCredentials Credentials { get; set; }

    public PeerNetwork Network { get; }

    public NodeId Id => Network.Self;

    public TestBlobs Blobs { get; } = new();

    /// <summary>What arrived, in order.</summary>
    public ConcurrentQueue<PeerMessage> Messages { get; } = [];

    public int Port { get; private set; }

    public PeerAddress Address => PeerAddress.Of(new IPEndPoint(IPAddress.Loopback, Port));

    /// <summary>Opens a port, any free one unless it is named.</summary>
    public async Task<TestNode> ListenAsync(int port = 0)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UsePeerServer().ConfigureKestrel(kestrel => Network.Listen(kestrel, new IPEndPoint(IPAddress.Loopback, port)));
        server = builder.Build();
        server.MapGet("/who", (HttpContext context) => context.Features.GetRequiredFeature<IPeerIdentityFeature>().Node.Value);
        server.MapGet("/follow", async (HttpContext context) =>
        {
            await context.Response.Body.FlushAsync(context.RequestAborted);
            await Task.Delay(Timeout.InfiniteTimeSpan, context.RequestAborted);
        });
        server.MapGet("/alive", (HttpContext context) => Results.StatusCode(IsKeptAlive(context) ? 200 : 404));
        await server.StartAsync(TestContext.Current.CancellationToken);
        var address = server.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
        Port = new Uri(address).Port;
        return this;
    }

    public async Task StopListeningAsync()
    {
        if (server is not null)
            await server.DisposeAsync();
        server = null;
    }

    /// <summary>Waits until this was heard or logged; whatever came before it is passed over.</summary>
    public Task<string> HearsAsync(string part) => WaitAsync(heard.Reader, part);

    public Task<string> LogsAsync(string part) => WaitAsync(logged.Reader, part);

    public void PeerUp(NodeId peer) => heard.Writer.TryWrite($"up {peer}");

    public void PeerDown(NodeId peer) => heard.Writer.TryWrite($"down {peer}");

    public void MessageArrived(NodeId peer, PeerMessage message)
    {
        Messages.Enqueue(message);
        heard.Writer.TryWrite($"message {message}");
    }

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception,
        Func<TState, Exception?, string> formatter) =>
        logged.Writer.TryWrite($"{logLevel}: {formatter(state, exception)}");

    public async ValueTask DisposeAsync()
    {
        await Network.DisposeAsync();
        await StopListeningAsync();
    }

    private static bool IsKeptAlive(HttpContext context) => context.Features.GetRequiredFeature<IConnectionSocketFeature>().Socket
        .GetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive) is 1;

    private static async Task<string> WaitAsync(ChannelReader<string> reader, string part)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(TimeSpan.FromSeconds(30));
        var seen = new List<string>();
        try
        {
            while (true)
            {
                var line = await reader.ReadAsync(limit.Token);
                if (line.Contains(part, StringComparison.Ordinal))
                    return line;
                seen.Add(line);
            }
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException($"'{part}' did not come; there came: {string.Join(" | ", seen)}");
        }
    }
}
