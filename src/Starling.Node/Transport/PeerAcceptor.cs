using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.Logging;
using Starling.Core.Identity;

namespace Starling.Node.Transport;

/// <summary>The node's port: mutual TLS 1.3, and after it nodes go to the peer protocol and everyone else to HTTP.</summary>
internal sealed class PeerAcceptor(PeerEnvironment environment, Func<PeerCredentials> credentials, Func<NodeId, PeerLink?> links,
    CancellationToken stop)
{
    /// <summary>The most connections of one client: an admin may follow events from many places, each over a connection.</summary>
    public const int MostOfOneClient = 64;

    /// <summary>The most connections that one node sets up at a time. Two stand in the end, and some are refused when both dial.</summary>
    public const int MostWithoutHello = 8;

    private const int KeepAliveAfterSeconds = 60, KeepAliveEverySeconds = 10, KeepAliveTries = 6;

    private static readonly TimeSpan TellEvery = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<ConnectionContext, PeerVerdict> clients = new();
    private readonly CallerPlaces api = new(
        "with this node's API", MostOfOneClient, environment.Options.MaxConnections - (environment.Options.MaxConnections / 4));
    private readonly CallerPlaces greeting = new("for the peer protocol that do not stand yet", MostWithoutHello, int.MaxValue);
    private readonly UnprovenPlaces unproven = new(environment.Options.MaxConnections);
    private long toldOfCrowdAt = long.MinValue;
    private long toldOfGreetingAt = long.MinValue;

    /// <summary>Breaks the connections of HTTP clients that would not be accepted now.</summary>
    public void Review(PeerTrust trust)
    {
        foreach (var (connection, verdict) in clients)
            Review(connection, verdict, trust);
    }

    /// <summary>Opens the port on a server.</summary>
    public void Listen(KestrelServerOptions server, IPEndPoint endPoint)
    {
        server.Limits.MaxConcurrentConnections ??= environment.Options.MaxConnections;
        server.Listen(endPoint, listen =>
        {
            listen.Protocols = HttpProtocols.Http1;
            listen.Use(next => connection => ProveAsync(connection, next));
            listen.UseHttps(new TlsHandshakeCallbackOptions
            {
                HandshakeTimeout = environment.Options.HandshakeTimeout,
                OnConnection = context => ValueTask.FromResult(Options(context.Connection)),
            });
            listen.Use(next => connection => ChooseAsync(connection, next));
        });
    }

    private async Task ProveAsync(ConnectionContext connection, ConnectionDelegate next)
    {
        if (unproven.Enter(connection) is { } oldest)
        {
            oldest.Abort(new ConnectionAbortedException("Others came that show no certificate either."));
            environment.Metrics.Refused(PeerRefusal.Silent, byOther: false);
            TellOfCrowd(oldest.RemoteEndPoint);
        }

        try
        {
            await next(connection);
        }
        finally
        {
            unproven.Leave(connection);
        }
    }

    private void TellOfCrowd(EndPoint? remote)
    {
        if (MayTell(ref toldOfCrowdAt))
            environment.Log.LogWarning(
                "{Most} connections have shown no certificate that is believed; for each more the oldest is closed, such as one from {Remote}.",
                unproven.Most, remote);
    }

    // Seldom: there may be thousands a second.
    private bool MayTell(ref long toldAt)
    {
        var (now, last) = (environment.Clock.GetTimestamp(), Volatile.Read(ref toldAt));
        return (last == long.MinValue || environment.Clock.GetElapsedTime(last, now) >= TellEvery)
            && Interlocked.CompareExchange(ref toldAt, now, last) == last;
    }

    private SslServerAuthenticationOptions Options(ConnectionContext connection)
    {
        var own = credentials();
        var trust = new PeerTrust(own, environment.Clock.GetUtcNow());
#pragma warning disable CA5359 // Every certificate passes TLS, so that a bad one can be refused in words: PeerTrust says how.
        return new SslServerAuthenticationOptions
        {
            EnabledSslProtocols = SslProtocols.Tls13,
            ApplicationProtocols = [PeerProtocol.Starling, SslApplicationProtocol.Http11],
            ServerCertificateContext = own.Context,
            ClientCertificateRequired = true,
            CertificateChainPolicy = trust.Policy(),
            AllowTlsResume = false,
            RemoteCertificateValidationCallback = (_, certificate, chain, _) =>
            {
                connection.Features.Set(trust.Judge(certificate, chain));
                return true;
            },
        };
#pragma warning restore CA5359
    }

    private async Task ChooseAsync(ConnectionContext connection, ConnectionDelegate next)
    {
        var verdict =
            connection.Features.Get<PeerVerdict>() ?? PeerVerdict.Refused(PeerRefusal.NoCertificate, "No certificate was presented.");
        if (verdict.Refusal is null)
            unproven.Leave(connection);
        var protocol = connection.Features.Get<ITlsApplicationProtocolFeature>()?.ApplicationProtocol ?? default;
        if (protocol.Span.SequenceEqual(PeerProtocol.Starling.Protocol.Span))
        {
            var stream = connection.Features.GetRequiredFeature<ISslStreamFeature>().SslStream;
            await AcceptAsync(connection,
                new SecuredStream(stream, verdict, connection.RemoteEndPoint?.ToString() ?? "", connection.Abort));
        }
        else if (verdict.Refusal is { } refusal)
        {
            Note(verdict.Sentence, connection.RemoteEndPoint, refusal, byOther: false);
            await RefuseHttpAsync(connection, "403 Forbidden", "certificate", "The caller's certificate is refused.", verdict.Sentence);
        }
        else if (api.Take(verdict.Node) is { } full)
        {
            environment.Log.LogWarning("A connection from {Remote} was refused: {Reason}", connection.RemoteEndPoint, full);
            await RefuseHttpAsync(connection, "503 Service Unavailable", "too-many", "There are too many connections.", full);
        }
        else
        {
            try
            {
                await ServeAsync(connection, next, verdict);
            }
            finally
            {
                api.GiveBack(verdict.Node);
            }
        }
    }

    private async Task ServeAsync(ConnectionContext connection, ConnectionDelegate next, PeerVerdict verdict)
    {
        // Who follows events and goes without a word would have his place for ever.
        if (connection.Features.Get<IConnectionSocketFeature>()?.Socket is { } socket)
        {
            socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, KeepAliveAfterSeconds);
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval, KeepAliveEverySeconds);
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveRetryCount, KeepAliveTries);
        }

        connection.Features.Set<IPeerIdentityFeature>(verdict);
        clients.TryAdd(connection, verdict);
        using var timer = new PeriodicTimer(environment.Options.KeepAliveInterval, environment.Clock);
        var watching = EndWhenExpiredAsync(timer, connection, verdict);
        try
        {
            // The credentials may have been replaced between its handshake and here.
            if (!ReferenceEquals(credentials(), verdict.JudgedBy))
                Review(connection, verdict, new PeerTrust(credentials(), environment.Clock.GetUtcNow()));
            await next(connection);
        }
        finally
        {
            clients.TryRemove(connection, out _);
            timer.Dispose();
            await watching;
        }
    }

    // As often as on a peer's connection: one timer for the whole time would not reach so far, and clocks are set.
    private async Task EndWhenExpiredAsync(PeriodicTimer timer, ConnectionContext connection, PeerVerdict verdict)
    {
        while (await timer.WaitForNextTickAsync())
        {
            var now = environment.Clock.GetUtcNow();
            if (now <= verdict.Expires)
                continue;
            Review(connection, verdict, new PeerTrust(credentials(), now));
            return;
        }
    }

    private async Task AcceptAsync(ConnectionContext connection, SecuredStream secured)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(
            stop, connection.Features.Get<IConnectionLifetimeNotificationFeature>()?.ConnectionClosedRequested ?? default);
        if (await GreetInPlaceAsync(connection, secured, ending.Token) is { } standing)
            await standing.RunAsync(ending.Token);
    }

    /// <summary>Who is believed may have few connections before they stand, or he could have all of the port's and say nothing.</summary>
    private async Task<PeerConnection?> GreetInPlaceAsync(ConnectionContext connection, SecuredStream secured, CancellationToken ending)
    {
        if (secured.Verdict.Refusal is not null) // It has its place among the unproven.
            return await GreetOrRefuseAsync(connection, secured, ending);
        if (greeting.Take(secured.Verdict.Node) is { } full)
        {
            environment.Metrics.Refused(PeerRefusal.Silent, byOther: false);
            if (MayTell(ref toldOfGreetingAt))
                environment.Log.LogWarning("Connections are closed, such as one from {Remote}: {Reason}", connection.RemoteEndPoint, full);
            connection.Abort(new ConnectionAbortedException(full));
            return null;
        }

        try
        {
            return await GreetOrRefuseAsync(connection, secured, ending);
        }
        finally
        {
            greeting.GiveBack(secured.Verdict.Node);
        }
    }

    private async Task<PeerConnection?> GreetOrRefuseAsync(ConnectionContext connection, SecuredStream secured, CancellationToken ending)
    {
        var handshake = new PeerHandshake(secured, environment.Self, environment.Instance);
        try
        {
            return await GreetAsync(secured, handshake, ending);
        }
        catch (PeerRefusedException refused)
        {
            Note(refused.Message, connection.RemoteEndPoint, refused.Code, refused.ByOther);
            if (!refused.ByOther)
                await handshake.RefuseAsync(refused.Code, refused.Message);
        }
        catch (OperationCanceledException) when (!ending.IsCancellationRequested)
        {
            var sentence = $"No hello came within {environment.Options.HandshakeTimeout.TotalSeconds:0.#} s.";
            Note(sentence, connection.RemoteEndPoint, PeerRefusal.Silent, byOther: false);
            await handshake.RefuseAsync(PeerRefusal.Silent, sentence);
        }
        catch (Exception failure) when (failure is IOException or OperationCanceledException)
        {
            environment.Log.LogDebug("The connection from {Remote} ended before its hello: {Reason}", connection.RemoteEndPoint,
                failure.Message);
        }

        return null;
    }

    private async Task<PeerConnection> GreetAsync(SecuredStream secured, PeerHandshake handshake, CancellationToken ending)
    {
        secured.Verdict.Demand();
        using var limit = new CancellationTokenSource(environment.Options.HandshakeTimeout, environment.Clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, ending);
        var greeting = await handshake.AwaitAsync(either.Token);
        var link = links(greeting.Peer) ?? throw PeerLink.NotExpected(environment.Self, greeting.Peer);
        var reservation = link.ReserveAccepted(greeting);
        try
        {
            await handshake.SayAsync(greeting.Kind, greeting.Peer, either.Token);
            var connection = new PeerConnection(environment, secured, handshake.Reader, greeting, link);
            if (link.Establish(connection, reservation))
            {
                link.ReviewIfOld(secured.Verdict, credentials(), environment.Clock.GetUtcNow());
                return connection;
            }

            throw PeerLink.NotExpected(environment.Self, greeting.Peer);
        }
        catch
        {
            link.Release(greeting.Kind, reservation);
            throw;
        }
    }

    /// <summary>Refuses an HTTP client in its own language. A handful of bytes: what it asked is not even read.</summary>
    private static async Task RefuseHttpAsync(ConnectionContext connection, string status, string type, string title, string sentence)
    {
        var body = Encoding.UTF8.GetBytes(new JsonObject
        {
            ["type"] = $"urn:starling:problem:{type}",
            ["title"] = title,
            ["status"] = int.Parse(status.AsSpan(0, 3), CultureInfo.InvariantCulture),
            ["detail"] = PeerText.Clean(sentence),
        }.ToJsonString() + "\n");
        var head = Encoding.ASCII.GetBytes(
            $"HTTP/1.1 {status}\r\nContent-Type: application/problem+json\r\nContent-Length: {body.Length}\r\nConnection: close\r\n\r\n");
        var stream = connection.Features.GetRequiredFeature<ISslStreamFeature>().SslStream;
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(1));
        try
        {
            await stream.WriteAsync((byte[])[.. head, .. body], limit.Token);
            await PeerHandshake.EndSendingAsync(stream, limit.Token);
            await PeerHandshake.DrainAsync(stream, limit.Token);
        }
        catch (Exception failure)
            when (failure is IOException or OperationCanceledException or ObjectDisposedException or InvalidOperationException)
        {
            // It is gone already: nobody is left to be told.
        }
    }

    private void Review(ConnectionContext connection, PeerVerdict verdict, PeerTrust trust)
    {
        if (trust.Review(verdict) is not { Refusal: { } refusal } now)
            return;
        connection.Abort();
        Note(now.Sentence, connection.RemoteEndPoint, refusal, byOther: false);
    }

    private void Note(string sentence, EndPoint? remote, PeerRefusal code, bool byOther)
    {
        if (code == PeerRefusal.Duplicate)
            return;
        environment.Metrics.Refused(code, byOther);
        environment.Log.LogWarning("A connection from {Remote} was refused{By}: {Reason}", remote, byOther ? " by the other side" : "",
            sentence);
    }
}
