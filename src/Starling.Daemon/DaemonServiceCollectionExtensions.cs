using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Starling.Api;
using Starling.Core.Configuration;
using Starling.Core.Kernel;
using Starling.Daemon.Configuration;
using Starling.Daemon.Events;
using Starling.Daemon.Http;
using Starling.Daemon.Http.Contracts;
using Starling.Daemon.Programs;
using Starling.Daemon.Sessions;
using Starling.Daemon.Tasks;
using Starling.Ledgers;
using Starling.Ledgers.Embedded;
using Starling.Ledgers.Etcd;
using Starling.Node;
using Starling.Node.Events;
using Starling.Node.Executors;
using Starling.Node.Identity.Workload;
using Starling.Node.Loop;
using Starling.Node.Options;

namespace Starling.Daemon;

/// <summary>What a daemon is made of: a node, what is chosen for it by configuration, and its API.</summary>
internal static class DaemonServiceCollectionExtensions
{
    // etcd's watch tells of every entry at once, and is begun anew when it breaks: reading without a hint is for what nobody foresaw.
    private static readonly TimeSpan QuietRead = TimeSpan.FromSeconds(30);

    /// <summary>Adds a daemon.</summary>
    /// <param name="services">Where to.</param>
    /// <param name="configuration">What it is told.</param>
    /// <param name="identity">What it was told leads to.</param>
    /// <param name="workload">What the Workload API issued; null if none is used.</param>
    /// <exception cref="StarlingException">What the configuration names cannot be used.</exception>
    public static IServiceCollection AddDaemon(this IServiceCollection services, NodeConfiguration configuration, DaemonIdentity identity,
        WorkloadIdentity? workload)
    {
        services
            .AddSingleton(TimeProvider.System)
            .AddSingleton(identity.Keys)
            .AddSingleton(s =>
                new IdentityWatch(configuration.Identity, identity, workload, TimeProvider.System,
                    s.GetRequiredService<ILogger<IdentityWatch>>()))
            // Asked for at each handshake.
            .AddTransient(s => s.GetRequiredService<IdentityWatch>().Current.Credentials)
            .AddSingleton<ILedger>(s => new NotedLedger(OpenLedger(configuration.Ledger), s.GetRequiredService<LedgerContracts>()))
            .AddSingleton(s => EventJournal.Open(configuration.Folder, s.GetRequiredService<ILogger<EventJournal>>()))
            .AddSingleton(s => new EventStream(TimeProvider.System, s.GetRequiredService<EventJournal>().Last)
            {
                Observer = s.GetRequiredService<Pace>().Observe,
            })
            .AddNode(new NodeOptions
            {
                Folder = configuration.Folder,
                Contracts = configuration.Contract is { } contract ? [contract] : [],
                Runners = configuration.Tasks?.Runners ?? [],
                Peers = configuration.Peers,
                Network = configuration.Network,
                Kernel = new KernelOptions
                {
                    ReadInterval = configuration.Ledger.Kind == LedgerKind.Etcd ? QuietRead : null,
                    Tasks = configuration.Tasks?.Accept ?? [],
                },
            })
            .AddSingleton(new LeftOvers())
            .AddSingleton<SessionUpdates>()
            .AddSingleton<Pace>()
            .AddSingleton<TrainingPhase>()
            .AddSingleton<StatusView>()
            .AddSingleton(s => new ServingNode(
                new ApiAccess(identity.Keys.Identity.Id, configuration.Admins,
                    () => s.GetRequiredService<KernelDriver>().State.Runners.Values.Select(runner => runner.Fold)),
                s.GetRequiredService<LedgerSilence>(), s.GetRequiredService<ILogger<NodeApi>>()))
            .AddSingleton<NodeApi>()
            .AddControlApi();
        if (configuration.Tasks is { } work)
            services.AddTasks(configuration.Folder, work);
        if (configuration.Program is { } program)
            services.AddProgram(configuration.Folder, configuration.Main, program);
        return services;
    }

    /// <summary>Opens the ledger.</summary>
    /// <exception cref="DaemonException">It cannot be opened.</exception>
    internal static ILedger OpenLedger(LedgerConfiguration ledger)
    {
        try
        {
            return ledger.Etcd is { } etcd ? EtcdLedger.Open(etcd) : EmbeddedLedger.Open(ledger.Path!);
        }
        catch (LedgerException e) when (ledger.Kind == LedgerKind.Etcd)
        {
            throw new DaemonException(ExitCode.Identity, e.Message, e);
        }
        catch (LedgerException e)
        {
            throw new DaemonException(ExitCode.Disk, e.Message, e);
        }
    }
}
