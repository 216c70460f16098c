using System.Collections.Immutable;
using System.Diagnostics;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using Microsoft.Extensions.Logging;
using Starling.Node.Transport.Wire;

namespace Starling.Node.Transport;

/// <summary>Keeps one peer connected from this side: dials whatever connection is missing, with growing waits.</summary>
internal sealed class PeerDialler(PeerEnvironment environment, Func<PeerCredentials> credentials, PeerLink link)
{
    private ImmutableArray<PeerAddress> addresses = [];
    private PeerRefusal? lastRefusal;

    /// <summary>Where the peer may be reached, best first; replaces what was said before.</summary>
    public void SetAddresses(ImmutableArray<PeerAddress> candidates)
    {
        ImmutableInterlocked.InterlockedExchange(ref addresses, candidates);
        link.Wake();
    }

    /// <summary>Dials until stopped, and returns when the connections that it made have ended.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        var running = new List<Task>();
        var backoff = new Backoff(PeerNetworkOptions.BackoffFirst, environment.Options.BackoffMost);
        try
        {
            if (environment.Self.CompareTo(link.Peer) > 0)
                await Task.Delay(environment.Options.SecondDialDelay, environment.Clock, stop);
            while (!stop.IsCancellationRequested)
            {
                var changed = link.Changed;
                running.RemoveAll(task => task.IsCompleted);
                if (addresses.IsEmpty || !(link.Misses(ConnectionKind.Control) || link.Misses(ConnectionKind.Bulk)))
                {
                    await changed.WaitAsync(stop);
                    continue;
                }
                if (await TryDialAsync(ConnectionKind.Control, running, stop) && await TryDialAsync(ConnectionKind.Bulk, running, stop))
                    backoff.Reset();
                await Task.Delay(backoff.Next(), environment.Clock, stop);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
        }
        await Task.WhenAll(running);
    }

    private async Task<bool> TryDialAsync(ConnectionKind kind, List<Task> running, CancellationToken stop)
    {
        foreach (var address in addresses)
        {
            if (!link.Misses(kind))
                return true;
            using var activity = TransportMetrics.Activities.StartActivity("dial peer");
            activity?.SetTag("peer", link.Peer.Value).SetTag("address", address.ToString());
            try
            {
                if (await DialAsync(address, kind, stop) is { } connection)
                    running.Add(connection.RunAsync(stop));
                return true;
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                throw;
            }
            catch (Exception failure)
            {
                if (failure is not (IOException or SocketException or AuthenticationException or OperationCanceledException))
                    environment.Log.LogError(failure, "Dialling {Peer} at {Address} failed unexpectedly.", link.Peer, address);
                activity?.SetStatus(ActivityStatusCode.Error, failure.Message);
                Note(address, kind, failure);
            }
        }
        return false;
    }

    private async Task<PeerConnection?> DialAsync(PeerAddress address, ConnectionKind kind, CancellationToken stop)
    {
        var socket = await ConnectAsync(address, stop);
        var secured = await SecureAsync(socket, address, stop);
        object? reservation = null;
        var handshake = new PeerHandshake(secured, environment.Self, environment.Instance);
        try
        {
            using var limit = new CancellationTokenSource(environment.Options.HandshakeTimeout, environment.Clock);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, stop);
            handshake.Demand(link.Peer);
            reservation = link.ReserveDialled(kind);
            if (reservation is not null)
            {
                await handshake.SayAsync(kind, link.Peer, either.Token);
                var greeting = await handshake.AwaitAnswerAsync(link.Peer, kind, either.Token);
                var connection = new PeerConnection(environment, secured, handshake.Reader, greeting, link);
                if (link.Establish(connection, reservation))
                {
                    link.ReviewIfOld(secured.Verdict, credentials(), environment.Clock.GetUtcNow());
                    return connection;
                }
            }
            await handshake.RefuseAsync(PeerRefusal.Duplicate, $"{environment.Self} was reached by {link.Peer} first.");
            secured.Abort();
            return null;
        }
        catch (Exception failure)
        {
            if (reservation is not null)
                link.Release(kind, reservation);
            if (failure is PeerRefusedException { ByOther: false } ours)
                await handshake.RefuseAsync(ours.Code, ours.Message);
            secured.Abort();
            throw;
        }
    }

    private async Task<Socket> ConnectAsync(PeerAddress address, CancellationToken stop)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            using var limit = new CancellationTokenSource(environment.Options.ConnectTimeout, environment.Clock);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, stop);
            await socket.ConnectAsync(address.Host, address.Port, either.Token);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private async Task<SecuredStream> SecureAsync(Socket socket, PeerAddress address, CancellationToken stop)
    {
        var stream = new SslStream(new NetworkStream(socket, ownsSocket: true));
        try
        {
            var own = credentials();
            var trust = new PeerTrust(own, environment.Clock.GetUtcNow());
            using var limit = new CancellationTokenSource(environment.Options.HandshakeTimeout, environment.Clock);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, stop);
            var verdict = await trust.DialAsync(stream, PeerProtocol.Starling, either.Token);
            if (stream.NegotiatedApplicationProtocol != PeerProtocol.Starling)
                throw new AuthenticationException($"{address} does not speak starling/1.");
            return new SecuredStream(stream, verdict, address.ToString(), stream.Dispose);
        }
        catch
        {
            await stream.DisposeAsync();
            throw;
        }
    }

    /// <summary>Says why an attempt failed; the same refusal again and again only when someone looks closely.</summary>
    private void Note(PeerAddress address, ConnectionKind kind, Exception failure)
    {
        var refusal = failure as PeerRefusedException;
        if (refusal is { Code: PeerRefusal.Duplicate })
            return;
        if (refusal is not null)
            environment.Metrics.Refused(refusal.Code, refusal.ByOther);
        var level = refusal is not null && refusal.Code != lastRefusal ? LogLevel.Warning : LogLevel.Debug;
        lastRefusal = refusal?.Code;
        environment.Log.Log(level, "No {Kind} connection with {Peer} at {Address}: {Reason}", kind, link.Peer, address, failure.Message);
    }
}
