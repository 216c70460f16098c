using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Starling.Core.Identity;
using Starling.Core.Kernel;
using Starling.Core.Merging;
using Starling.Ledgers;
using Starling.Node.Blobs;
using Starling.Node.Computing;
using Starling.Node.Events;
using Starling.Node.Identity;
using Starling.Node.Journal;
using Starling.Node.Loop;
using Starling.Node.Options;
using Starling.Node.Programs;
using Starling.Node.Tasks;
using Starling.Node.Transport;

namespace Starling.Node;

/// <summary>What a node is made of: the table of contents of this project.</summary>
public static class NodeServiceCollectionExtensions
{
    /// <summary>
    /// Adds a node. The caller adds what it chooses: <see cref="ILedger"/>, <see cref="EventStream"/>, <see cref="NodeKeys"/>,
    /// <see cref="PeerCredentials"/>, <see cref="TimeProvider"/>, logging, an <see cref="IProgramSession"/> if the node trains, and an
    /// <see cref="ITaskWork"/> for each kind of task that it carries out.
    /// </summary>
    public static IServiceCollection AddNode(this IServiceCollection services, NodeOptions options) => services
        .AddSingleton(options)
        // The loop
        .AddSingleton<InputQueue>()
        .AddSingleton<KernelClock>()
        .AddSingleton<ICertifier, X509Certifier>()
        .AddSingleton(s => new KernelDriver(NodeKernel.Create(
            s.GetRequiredService<NodeKeys>().Identity, options.Contracts, s.GetRequiredService<ICertifier>(),
            options.Kernel with { HintsPeers = options.Kernel.HintsPeers && !s.GetRequiredService<ILedger>().TellsAtOnce },
            options.Runners)))
        .AddSingleton(s =>
            new NodeLoop(s.GetRequiredService<ExpulsionNotice>().Step, s.GetRequiredService<InputQueue>(),
                s.GetRequiredService<KernelClock>()))
        .AddSingleton<LedgerSilence>()
        .AddSingleton<NodeParts>()
        .AddSingleton<EffectRunner>()
        .AddSingleton<StarlingNode>()
        // What it keeps
        .AddSingleton(_ => NodeJournal.Open(Path.Combine(options.Folder, NodeJournal.FileName)))
        .AddSingleton(s => new BlobStore(Path.Combine(options.Folder, "blobs"), options.Blobs, s.GetRequiredService<TimeProvider>()))
        // What it computes
        .AddSingleton(_ => MergeRules.Standard)
        .AddSingleton(
            s => new ComputationExecutor(s.GetRequiredService<BlobStore>(), s.GetRequiredService<MergeRules>(), Environment.ProcessorCount))
        // Whom it talks to
        .AddSingleton<Traffic>()
        .AddSingleton<IBlobSource, ServedBlobs>()
        .AddSingleton<ChunkFetcher>()
        .AddSingleton(s => s.GetRequiredService<NodeKeys>().Signer)
        .AddSingleton(CreateNetwork)
        // What it trains
        .AddSingleton<ModelStore>()
        .AddSingleton(CreatePrograms)
        // What it carries out for others
        .AddSingleton<TaskHost>()
        // What it tells
        .AddSingleton<EventReporter>()
        .AddSingleton<ExpulsionNotice>();

    private static PeerNetwork CreateNetwork(IServiceProvider services)
    {
        var options = services.GetRequiredService<NodeOptions>();
        var network =
            new PeerNetwork(options.Network, services.GetRequiredService<PeerCredentials>, services.GetRequiredService<IBlobSource>(),
            services.GetRequiredService<TimeProvider>(), services.GetRequiredService<ILogger<PeerNetwork>>());
        foreach (var peer in options.Peers)
            network.SetAddresses(peer.Node, peer.Addresses);
        return network;
    }

    private static ProgramHost CreatePrograms(IServiceProvider services)
    {
        var (queue, blobs) = (services.GetRequiredService<InputQueue>(), services.GetRequiredService<BlobStore>());
        var (usual, configured) = (services.GetService<IProgramSession>(), services.GetRequiredService<NodeOptions>().Contracts);
        // What a task trains has the task's program alone: the owner's own one would train it from rows that are not for it.
        return new ProgramHost(contract => configured.Any(own => own.Contract == contract) ? usual : null,
            services.GetRequiredService<TimeProvider>(), services.GetRequiredService<EventReporter>().Report, queue.Add,
            update => blobs.TakeBack(update.Update));
    }
}
