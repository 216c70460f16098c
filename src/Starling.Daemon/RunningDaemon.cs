using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Starling.Api;
using Starling.Core.Configuration;
using Starling.Core.Identity;
using Starling.Core.Kernel;
using Starling.Daemon.Configuration;
using Starling.Daemon.Events;
using Starling.Daemon.Folders;
using Starling.Daemon.Http;
using Starling.Daemon.Programs;
using Starling.Daemon.Tasks;
using Starling.Node;
using Starling.Node.Blobs;
using Starling.Node.Events;
using Starling.Node.Executors;
using Starling.Node.Journal;
using Starling.Node.Loop;
using Starling.Node.Transport;

namespace Starling.Daemon;

/// <summary>A node that serves, in this process.</summary>
public sealed class RunningDaemon : IAsyncDisposable
{
    /// <summary>How long each step of a graceful stop may take.</summary>
    public static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(5);

    private readonly WebApplication application;
    private readonly StarlingNode node;
    private readonly EventStream events;
    private readonly EventJournal journal;
    private readonly ServingNode serving;
    private readonly CancellationTokenSource stopping = new();
    private readonly IdentityWatch identity;
    private Task watching = Task.CompletedTask;
    private bool stopped;

    private RunningDaemon(WebApplication application, NodeConfiguration configuration)
    {
        this.application = application;
        Configuration = configuration;
        node = application.Services.GetRequiredService<StarlingNode>();
        events = application.Services.GetRequiredService<EventStream>();
        journal = application.Services.GetRequiredService<EventJournal>();
        serving = application.Services.GetRequiredService<ServingNode>();
        identity = application.Services.GetRequiredService<IdentityWatch>();
        Node = application.Services.GetRequiredService<KernelDriver>().State.Self.Id;
    }

    /// <summary>Who the node is.</summary>
    public NodeId Node { get; }

    /// <summary>What it was told.</summary>
    public NodeConfiguration Configuration { get; }

    /// <summary>Everything that its API answers.</summary>
    internal IEnumerable<Endpoint> Routes => ((IEndpointRouteBuilder)application).DataSources.SelectMany(source => source.Endpoints);

    /// <summary>How the node's loop ended by itself; completes when it has.</summary>
    public Task<NodeEnd> End => node.End;

    /// <summary>What the node's disk has changed of its mirror, and what to do, a sentence; null for nothing.</summary>
    public Task<string?> FindDamageAsync() =>
        application.Services.GetRequiredService<NodeJournal>().FindDamageAsync(CancellationToken.None);

    /// <summary>Why the node was asked to stop through its API; completes when it is.</summary>
    public Task<string> StopRequested => serving.StopRequested;

    /// <summary>Starts a node and its API.</summary>
    /// <param name="configuration">What it is told.</param>
    /// <param name="logging">Where it logs to; null for nowhere.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <param name="compose">Adds to the composition, or replaces parts of it; null for the node as it is.</param>
    /// <exception cref="DaemonException">It cannot start; nothing is left running.</exception>
    /// <exception cref="Core.Configuration.ConfigurationException">The experiment's file has mistakes.</exception>
    public static async Task<RunningDaemon> StartAsync(
        NodeConfiguration configuration, Action<ILoggingBuilder>? logging, CancellationToken cancellation,
        Action<IServiceCollection>? compose = null)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        logging?.Invoke(builder.Logging);
        CreateFolder(configuration.Folder);
        var (identity, workload) = await DaemonIdentity.LoadAsync(configuration.Identity, cancellation).ConfigureAwait(false);
        builder.Services.AddRoutingCore().AddDaemon(configuration, identity, workload);
        compose?.Invoke(builder.Services);
        Socket? bound = null;
        builder.Services.Configure<SocketTransportOptions>(sockets => sockets.CreateBoundListenSocket = _ => bound!);
        builder.WebHost.UsePeerServer().ConfigureKestrel((_, server) =>
        {
            server.AddServerHeader = false;
            server.Limits.MaxRequestBodySize = 4096;
            server.ApplicationServices.GetRequiredService<PeerNetwork>().Listen(server, configuration.Listen);
        });
        var application = builder.Build();
        try
        {
            var daemon = new RunningDaemon(application, configuration);
            // Not by the server, whose host would log a taken port with all that leads to it.
            bound = SocketTransportOptions.CreateDefaultBoundListenSocket(configuration.Listen);
            await daemon.StartAsync(cancellation).ConfigureAwait(false);
            return daemon;
        }
        catch (Exception fault)
        {
            bound?.Dispose();
            await application.DisposeAsync().ConfigureAwait(false);
            if (Explain(fault, configuration.Listen) is { } explained)
                throw explained;
            throw;
        }
    }

    /// <summary>
    /// Stops within a bounded time: no more inputs, saves and programs finish, the last events are told, peers hear goodbye.
    /// </summary>
    /// <param name="reason">Why, for the record.</param>
    public async Task StopAsync(string reason)
    {
        if (stopped)
            return;
        stopped = true;
        serving.RequestStop(reason);
        events.Publish(new NodeStopping(Configuration.Main, reason));
        await node.StopAsync(StopLimit).ConfigureAwait(false);
        events.End();
        await stopping.CancelAsync().ConfigureAwait(false);
        await watching.ConfigureAwait(false);
        await journal.DisposeAsync().ConfigureAwait(false);
        await serving.StopAsync().ConfigureAwait(false);
        using var limit = new CancellationTokenSource(StopLimit);
        try
        {
            await application.StopAsync(limit.Token).ConfigureAwait(false);
        }
        finally
        {
            // By now the programs of tasks and the node's own had their time.
            await EndProgramsAsync(CancellationToken.None).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await StopAsync("its process ends").ConfigureAwait(false);
        await application.DisposeAsync().ConfigureAwait(false);
        stopping.Dispose();
    }

    private async Task StartAsync(CancellationToken cancellation)
    {
        application.Services.GetRequiredService<NodeApi>().Map(application);
        application.MapControlApi();
        // Whoever has the journal is the only one with the folder, and before the application starts it has no programs yet.
        var disk = application.Services.GetRequiredService<NodeJournal>();
        await EndProgramsAsync(cancellation).ConfigureAwait(false);
        await application.StartAsync(cancellation).ConfigureAwait(false);
        var (records, mirror) = await disk.LoadAsync(cancellation).ConfigureAwait(false);
        var blobs = application.Services.GetRequiredService<BlobStore>();
        journal.Follow(events);
        application.Services.GetRequiredService<ILogger<RunningDaemon>>()
            .LogInformation("The settings in force: {Settings}.", string.Join("; ", Configuration.Settings.Select(Shown)));
        events.Publish(new NodeStarted(Configuration.Main, Node, Software.Version, Configuration.Listen.ToString(), Environment.ProcessId));
        node.Start(new Started(records, blobs.Inventory, mirror));
        identity.Replaced = application.Services.GetRequiredService<PeerNetwork>().Review;
        watching = Task.WhenAll(identity.RunAsync(stopping.Token), FollowWorkloadAsync());
    }

    // What an earlier life left running, or this one leaves: no task that comes need be one that would end it.
    private async Task EndProgramsAsync(CancellationToken cancellation)
    {
        var left = application.Services.GetRequiredService<LeftOvers>();
        try
        {
            await Task.WhenAll(TaskExecutors.All(Configuration.Folder).Append(OwnProgram.Executor(Configuration.Folder))
                .Select(each => left.EndAsync(each.Name, each.Options, StopLimit, cancellation))).ConfigureAwait(false);
        }
        catch (Exception fault) when (fault is ExecutorException or IOException or UnauthorizedAccessException)
        {
            application.Services.GetRequiredService<ILogger<RunningDaemon>>().LogWarning("{Fault}", fault.Message);
        }
    }

    private static string Shown(EffectiveSetting setting) => $"{SecretMask.Apply(setting)}{(setting.IsDefault ? " (default)" : "")}";

    private Task FollowWorkloadAsync() => Configuration.Identity.Shown is ShownWorkload shown
        ? new WorkloadFollower(shown.Socket, TimeProvider.System).RunAsync(identity.Take,
            application.Services.GetRequiredService<ILogger<WorkloadFollower>>(), stopping.Token)
        : Task.CompletedTask;

    private static void CreateFolder(string folder)
    {
        try
        {
            Directory.CreateDirectory(folder);
            FolderFormat.Take(folder);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DaemonException(ExitCode.Disk,
                $"{folder} cannot be made or written ({e.Message}); choose another under 'folder' in node.yaml.", e);
        }
    }

    private static DaemonException? Explain(Exception fault, IPEndPoint listen) => fault switch
    {
        DaemonException => null,
        JournalException e => new DaemonException(ExitCode.Disk, e.Message, e),
        BlobStoreException e => new DaemonException(ExitCode.Disk, e.Message, e),
        _ => ListenFailure.Explain(fault, listen)
            ?? (fault is IOException or UnauthorizedAccessException ? new DaemonException(ExitCode.Disk, fault.Message, fault) : null),
    };
}
