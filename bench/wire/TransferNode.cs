using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Starling.Core.Blobs;
using Starling.Core.Identity;
using Starling.Core.Kernel;
using Starling.Node.Blobs;
using Starling.Node.Loop;
using Starling.Node.Transport;

namespace Starling.Bench.Wire;

/// <summary>
/// A node that only fetches and serves blobs: its loop, queue, store and network are those of a whole node; its kernel
/// is that of the transfers.
/// </summary>
internal sealed class TransferNode : IEffectRunner, IPeerListener, IAsyncDisposable
{
    public static readonly ContractId Contract = ContractId.Parse("bench");

    private readonly InputQueue queue = new();
    private readonly KernelClock clock = new(TimeProvider.System);
    private readonly ConcurrentQueue<(BlobId Blob, NodeId[] Holders)> wanted = new();
    private readonly ConcurrentDictionary<BlobId, TaskCompletionSource> arrivals = new();
    private readonly ConcurrentDictionary<NodeId, TaskCompletionSource> ups = new();
    private readonly Operations operations;
    private readonly ChunkFetcher fetcher;
    private readonly WakeTimer timer;
    private readonly NodeLoop loop;
    private readonly WebApplication server;
    private BlobTransfers transfers = BlobTransfers.Create(new BlobTransferOptions());
    private long nextOperation = 1;

    private TransferNode(PeerCredentials credentials, string folder, PeerNetworkOptions options)
    {
        Blobs = new BlobStore(folder, new BlobStoreOptions(), TimeProvider.System);
        var traffic = new Traffic();
        Network = new PeerNetwork(options, () => credentials, new ServedBlobs(Blobs, queue, traffic), TimeProvider.System,
            NullLogger<PeerNetwork>.Instance);
        Network.Attach(this);
        fetcher = new ChunkFetcher(Network, Blobs, queue, traffic, TimeProvider.System);
        operations = new Operations(queue.Add, fault => loop!.Break(fault));
        timer = new WakeTimer(clock, () => queue.Add(new Woke()));
        loop = new NodeLoop(Step, queue, clock);
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UsePeerServer()
            .ConfigureKestrel(kestrel => Network.Listen(kestrel, new IPEndPoint(IPAddress.Loopback, 0)));
        server = builder.Build();
    }

    public BlobStore Blobs { get; }

    public PeerNetwork Network { get; }

    public PeerAddress Address { get; private set; }

    public static async Task<TransferNode> StartAsync(PeerCredentials credentials, string folder, PeerNetworkOptions options)
    {
        var node = new TransferNode(credentials, folder, options);
        await node.server.StartAsync();
        var address = node.server.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
        node.Address = PeerAddress.Of(new IPEndPoint(IPAddress.Loopback, new Uri(address).Port));
        node.loop.Start(new Started([], [], []), node);
        return node;
    }

    /// <summary>Connects nodes with each other and waits until they are.</summary>
    public static async Task ConnectAsync(params TransferNode[] nodes)
    {
        foreach (var node in nodes)
            foreach (var other in nodes.Where(other => other != node))
                node.Network.SetAddresses(other.Network.Self, [other.Address]);
        foreach (var node in nodes)
            node.Network.KeepPeers(nodes.Select(other => other.Network.Self));
        await Task.WhenAll(nodes.SelectMany(node => nodes.Where(other => other != node).Select(other => node.Up(other.Network.Self).Task)));
    }

    /// <summary>Fetches a blob; completes when it is whole, verified and written, not yet synced.</summary>
    public Task FetchAsync(BlobId blob, params NodeId[] holders)
    {
        var arrival = arrivals[blob] = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        wanted.Enqueue((blob, holders));
        queue.Add(new Woke());
        return arrival.Task;
    }

    public void Begin(Effect effect)
    {
        switch (effect)
        {
            case OpenBlob e:
                operations.Start(e,
                    async token =>
                        await Blobs.OpenAsync(e.Blob, token) is var (manifest, held) ? new BlobOpened(e.Id, manifest, held) : null!,
                        _ => null);
                break;
            case FetchManifest e:
                operations.Start(e, token => fetcher.FetchAsync(e, token), fault => new FetchFailed(e.Id, ChunkFetcher.FailureOf(fault)));
                break;
            case FetchChunk e:
                operations.Start(e, token => fetcher.FetchAsync(e, token), fault => new FetchFailed(e.Id, ChunkFetcher.FailureOf(fault)));
                break;
            case Cancel e:
                operations.Cancel(e.Id);
                break;
            case WakeAt e:
                timer.Set(e.At);
                break;
        }
    }

    public Task StopAsync(TimeSpan limit) => operations.StopAsync(limit);

    public void PeerUp(NodeId peer)
    {
        queue.Add(new PeerUp(peer));
        Up(peer).TrySetResult();
    }

    public void PeerDown(NodeId peer) => queue.Add(new PeerDown(peer));

    public void MessageArrived(NodeId peer, PeerMessage message)
    {
    }

    public async ValueTask DisposeAsync()
    {
        loop.Stop();
        await StopAsync(TimeSpan.FromSeconds(5));
        await Network.DisposeAsync();
        await server.DisposeAsync();
        timer.Dispose();
        Blobs.Dispose();
    }

    private ImmutableArray<Effect> Step(Input input, Instant now)
    {
        var effects = ImmutableArray.CreateBuilder<Effect>();
        while (wanted.TryDequeue(out var want))
            Take(transfers.Want(want.Blob, [Contract], long.MaxValue, want.Holders, chunks: null, now, nextOperation), effects);
        Take(transfers.On(input, now, nextOperation), effects);
        return effects.ToImmutable();
    }

    private void Take(BlobTransferStep step, ImmutableArray<Effect>.Builder effects)
    {
        (transfers, nextOperation) = (step.State, step.NextOperation);
        effects.AddRange(step.Effects);
        effects.Add(new WakeAt(step.WakeAt));
        foreach (var arrived in step.Outcomes.OfType<BlobArrived>())
            arrivals[arrived.Blob].TrySetResult();
    }

    private TaskCompletionSource Up(NodeId peer) =>
        ups.GetOrAdd(peer, _ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
}
