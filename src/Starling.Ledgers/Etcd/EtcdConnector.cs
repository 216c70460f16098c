using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;

namespace Starling.Ledgers.Etcd;

/// <summary>Opens connections to members of etcd.</summary>
/// <param name="options">The members, and what is shown to them.</param>
internal sealed class EtcdConnector(EtcdOptions options)
{
    // A watch may say nothing for hours. A host that vanishes silently is noticed by these, which the system sends by itself.
    private const int KeepAliveAfterSeconds = 15, KeepAliveEverySeconds = 5, KeepAliveTries = 3;

    private readonly EtcdCredentials? credentials = options.Identity is { } files ? new EtcdCredentials(files) : null;

    /// <summary>
    /// Makes a client of one member. Requests name it by <c>http</c>: TLS is made here, anew for each connection, so
    /// that certificates rotate.
    /// </summary>
    public HttpClient Client(EtcdEndpoint endpoint) => new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        ConnectCallback = (_, cancellation) => ConnectAsync(endpoint, cancellation),
        UseCookies = false,
        UseProxy = false,
    })
    {
        BaseAddress = new UriBuilder(Uri.UriSchemeHttp, endpoint.Host, endpoint.Port).Uri,
        Timeout = Timeout.InfiniteTimeSpan,
    };

    private async ValueTask<Stream> ConnectAsync(EtcdEndpoint endpoint, CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(options.ConnectTimeout);
        try
        {
            return await ConnectSocketAsync(endpoint, limit.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException e) when (!cancellation.IsCancellationRequested)
        {
            throw new EtcdException(EtcdFault.Unreachable,
                $"{endpoint} cannot be reached (no answer within {options.ConnectTimeout.TotalSeconds:0.#} s)", inner: e);
        }
    }

    private async Task<Stream> ConnectSocketAsync(EtcdEndpoint endpoint, CancellationToken cancellation)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, KeepAliveAfterSeconds);
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval, KeepAliveEverySeconds);
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveRetryCount, KeepAliveTries);
            await socket.ConnectAsync(endpoint.Host, endpoint.Port, cancellation).ConfigureAwait(false);
            var stream = new NetworkStream(socket, ownsSocket: true);
            return endpoint.IsSecured ? await SecureAsync(endpoint, stream, cancellation).ConfigureAwait(false) : stream;
        }
        catch (SocketException e)
        {
            socket.Dispose();
            throw new EtcdException(EtcdFault.Unreachable, $"{endpoint} cannot be reached ({e.Message.TrimEnd('.')})", inner: e);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private async Task<Stream> SecureAsync(EtcdEndpoint endpoint, NetworkStream stream, CancellationToken cancellation)
    {
        var secured = new SslStream(stream);
        try
        {
            await secured.AuthenticateAsClientAsync(credentials!.For(endpoint.Host), cancellation).ConfigureAwait(false);
            return secured;
        }
        catch (Exception e) when (e is AuthenticationException or IOException)
        {
            await secured.DisposeAsync().ConfigureAwait(false);
            throw new EtcdException(
                EtcdFault.Untrusted,
                $"{endpoint} and this node do not trust each other's certificate ({e.Message.TrimEnd('.')}): the member's must name its host and lead to one of the ledger's anchors, "
                + "and this node's to the member's trusted authorities", inner: e);
        }
    }
}
