using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Starling.Core.Identity;
using Starling.Core.Kernel;
using Starling.Ledgers;
using Starling.Node;
using Starling.Node.Blobs;
using Starling.Node.Events;
using Starling.Node.Identity;
using Starling.Node.Journal;
using Starling.Node.Loop;
using Starling.Node.Options;
using Starling.Node.Programs;
using Starling.Node.Transport;

namespace Starling.Bench.Wire;

/// <summary>A node as the daemon makes it, without its API.</summary>
internal sealed class RoundNode : IAsyncDisposable
{
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(5);

    private readonly WebApplication application;
    private readonly ConcurrentDictionary<long, RoundCommitted> commits = new();
    private readonly ConcurrentQueue<string> troubles = new();

    public RoundNode(NodeOptions options, NodeKeys keys, PeerCredentials credentials, ILedger ledger, int port,
        Func<BlobStore, IProgramSession> program)
    {
        Id = keys.Identity.Id;
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.AddSingleton(TimeProvider.System).AddSingleton(keys).AddSingleton(credentials).AddSingleton(ledger)
            .AddSingleton(new EventStream(TimeProvider.System, 0) { Observer = Observe })
            .AddNode(options)
            .AddSingleton(s => new ServedBytes(ActivatorUtilities.CreateInstance<ServedBlobs>(s)))
            .AddSingleton<IBlobSource>(s => s.GetRequiredService<ServedBytes>())
            .AddSingleton(s => program(s.GetRequiredService<BlobStore>()));
        builder.WebHost.UsePeerServer().ConfigureKestrel((_, server) =>
            server.ApplicationServices.GetRequiredService<PeerNetwork>().Listen(server, new IPEndPoint(IPAddress.Loopback, port)));
        application = builder.Build();
    }

    public NodeId Id { get; }

    public ServedBytes Served => application.Services.GetRequiredService<ServedBytes>();

    /// <summary>What went wrong, in the node's words.</summary>
    public IReadOnlyCollection<string> Troubles => troubles;

    /// <summary>The commit of a round as this node read it, or null.</summary>
    public RoundCommitted? Commit(long round) => commits.GetValueOrDefault(round);

    public async Task StartAsync()
    {
        await application.StartAsync();
        var (records, mirror) = await application.Services.GetRequiredService<NodeJournal>().LoadAsync(CancellationToken.None);
        application.Services.GetRequiredService<StarlingNode>()
            .Start(new Started(records, application.Services.GetRequiredService<BlobStore>().Inventory, mirror));
    }

    public async ValueTask DisposeAsync()
    {
        await application.Services.GetRequiredService<StarlingNode>().StopAsync(StopLimit);
        await application.DisposeAsync();
    }

    private void Observe(StreamedEvent streamed)
    {
        switch (streamed.Event)
        {
            case RoundCommitted committed:
                commits[committed.Round] = committed;
                break;
            case Trouble or ProgramFailed or Halted or LeaderSuspected:
                troubles.Enqueue(streamed.Event.ToString()!);
                break;
        }
    }
}
