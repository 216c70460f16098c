using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Net;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;
using Starling.Core.Identity;
using Starling.Core.Kernel;

namespace Starling.Node.Transport;

/// <summary>
/// A node's connections with its peers, over <c>starling/1</c> as <c>spec/protocol.md</c> describes it. It keeps connected whom it is told
/// to keep, carries messages, fetches from peers and serves them. It decides nothing else. Safe for use by several threads.
/// </summary>
public sealed class PeerNetwork : IAsyncDisposable
{
    private readonly Lock gate = new();
    private readonly Dictionary<NodeId, ImmutableArray<PeerAddress>> book = [];
    private readonly Dictionary<NodeId, KeptPeer> kept = [];
    private readonly List<Task> winding = [];
    private readonly CancellationTokenSource stop = new();
    private readonly PeerEnvironment environment;
    private readonly Func<PeerCredentials> credentials;
    private readonly PeerAcceptor acceptor;
    private IPeerListener listener = new Nobody();

    /// <summary>Prepares a network; nothing is dialled before <see cref="KeepPeers"/>.</summary>
    /// <param name="options">Bounds and times.</param>
    /// <param name="credentials">Asked at each handshake, so that a certificate can be replaced while the node runs. The
    /// identity must not change.</param>
    /// <param name="source">What peers are served from.</param>
    /// <param name="clock">Tells the time.</param>
    /// <param name="log">What is logged.</param>
    /// <exception cref="ArgumentException">The options are out of their ranges; the message names every mistake.</exception>
    public PeerNetwork(PeerNetworkOptions options, Func<PeerCredentials> credentials, IBlobSource source, TimeProvider clock,
        ILogger<PeerNetwork> log)
    {
        if (options.Errors() is { IsEmpty: false } errors)
            throw new ArgumentException(string.Join(' ', errors), nameof(options));
        this.credentials = credentials;
        var instance = BinaryPrimitives.ReadUInt64BigEndian(RandomNumberGenerator.GetBytes(8));
        environment = new PeerEnvironment(credentials().Node, instance, options, source, clock, new TransportMetrics(), log);
        acceptor = new PeerAcceptor(environment, credentials, Link, stop.Token);
    }

    /// <summary>This node.</summary>
    public NodeId Self => environment.Self;

    /// <summary>
    /// Opens the node's port on a Kestrel server: <c>starling/1</c> comes here, <c>http/1.1</c> goes on to the server's application.
    /// </summary>
    public void Listen(KestrelServerOptions server, IPEndPoint endPoint) => acceptor.Listen(server, endPoint);

    /// <summary>Names who hears of peers. Call it once, before <see cref="KeepPeers"/>.</summary>
    public void Attach(IPeerListener hears) => listener = hears;

    /// <summary>Where a node may be reached, best first; replaces what was said before. Without any, the node is awaited.</summary>
    public void SetAddresses(NodeId peer, IEnumerable<PeerAddress> candidates)
    {
        lock (gate)
        {
            book[peer] = [.. candidates];
            if (kept.TryGetValue(peer, out var found))
                found.Dialler.SetAddresses(book[peer]);
        }
    }

    /// <summary>
    /// Keeps connections with exactly these nodes; this node itself is passed over. Others are disconnected, and refused when they dial.
    /// </summary>
    public void KeepPeers(IEnumerable<NodeId> peers)
    {
        var wanted = peers.Where(peer => peer != Self).ToHashSet();
        var dismissed = new List<KeptPeer>();
        lock (gate)
        {
            ObjectDisposedException.ThrowIf(stop.IsCancellationRequested, this);
            foreach (var gone in kept.Keys.Where(peer => !wanted.Contains(peer)).ToList())
            {
                dismissed.Add(kept[gone]);
                kept.Remove(gone);
            }
            foreach (var peer in wanted.Where(peer => !kept.ContainsKey(peer)))
                kept.Add(peer,
                    new KeptPeer(environment, credentials, new PeerLink(environment, peer, listener), book.GetValueOrDefault(peer, [])));
            winding.RemoveAll(task => task.IsCompleted);
            winding.AddRange(dismissed.Select(peer => peer.DismissAsync($"{Self} keeps no connection with {peer.Link.Peer} any more.")));
        }
    }

    /// <summary>
    /// Judges the other ends of all standing connections once more, by the credentials of now, and ends those that would be refused. To be
    /// called when these were replaced: certificates may be revoked by now, or authorities no longer trusted.
    /// </summary>
    public void Review()
    {
        PeerLink[] links;
        lock (gate)
            links = [.. kept.Values.Select(peer => peer.Link)];
        var trust = new PeerTrust(credentials(), environment.Clock.GetUtcNow());
        foreach (var link in links)
            link.Review(trust);
        acceptor.Review(trust);
    }

    /// <summary>Sends a message if the peer is up and its queue has room; otherwise drops and counts it.</summary>
    /// <returns>Whether it was queued; not whether it arrived.</returns>
    public bool Send(NodeId peer, PeerMessage message) => Link(peer)?.Send(message) ?? false;

    /// <summary>Asks a peer for a blob's manifest and checks it against the blob's id.</summary>
    /// <param name="peer">A kept peer; any other is <see cref="FetchFailure.Unreachable"/>.</param>
    /// <param name="blob">The blob.</param>
    /// <param name="maxBytes">The largest blob that is accepted; a larger one is <see cref="FetchFailure.TooLarge"/>.</param>
    /// <param name="cancellation">Frees the request's slot.</param>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public async Task<ManifestAnswer> FetchManifestAsync(NodeId peer, BlobId blob, long maxBytes, CancellationToken cancellation)
    {
        using var activity = TransportMetrics.Activities.StartActivity("fetch manifest");
        activity?.SetTag("peer", peer.Value).SetTag("blob", blob.Short);
        return Link(peer)?.Requests is { } requests
            ? await requests.ManifestAsync(blob, maxBytes, cancellation)
            : new ManifestAnswer(null, FetchFailure.Unreachable);
    }

    /// <summary>Asks a peer for a chunk. Its length is checked here; its hash is checked by whoever stores it.</summary>
    /// <param name="peer">A kept peer; any other is <see cref="FetchFailure.Unreachable"/>.</param>
    /// <param name="blob">The blob.</param>
    /// <param name="chunk">The chunk's index.</param>
    /// <param name="chunkBytes">Its length.</param>
    /// <param name="memory">Asked once, when the answer begins, for memory of that length, which is not touched any more once the task has
    /// completed, in whatever way.</param>
    /// <param name="progress">Told of bytes as they arrive, on the connection's own loop: it must return at once.</param>
    /// <param name="cancellation">Frees the request's slot.</param>
    /// <returns>Null when the chunk is in its memory, otherwise why not; <see cref="FetchFailure.Corrupt"/> if it had
    /// another length.</returns>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public async Task<FetchFailure?> FetchChunkAsync(
        NodeId peer, BlobId blob, int chunk, int chunkBytes, Func<Memory<byte>> memory, Action<int> progress,
        CancellationToken cancellation)
    {
        using var activity = TransportMetrics.Activities.StartActivity("fetch chunk");
        activity?.SetTag("peer", peer.Value).SetTag("blob", blob.Short).SetTag("chunk", chunk);
        return Link(peer)?.Requests is { } requests
            ? await requests.ChunkAsync(blob, chunk, chunkBytes, memory, progress, cancellation)
            : FetchFailure.Unreachable;
    }

    /// <summary>Ends all connections, with words for the other sides.</summary>
    public async ValueTask DisposeAsync()
    {
        Task[] all;
        lock (gate)
        {
            if (stop.IsCancellationRequested)
                return;
            winding.AddRange(kept.Values.Select(peer => peer.DismissAsync($"{Self} stops.")));
            kept.Clear();
            all = [.. winding];
            stop.Cancel();
        }
        await Task.WhenAll(all);
        environment.Metrics.Dispose();
    }

    private PeerLink? Link(NodeId peer)
    {
        lock (gate)
            return kept.TryGetValue(peer, out var found) ? found.Link : null;
    }

    private sealed class Nobody : IPeerListener
    {
        public void PeerUp(NodeId peer)
        {
        }

        public void PeerDown(NodeId peer)
        {
        }

        public void MessageArrived(NodeId peer, PeerMessage message)
        {
        }
    }
}
