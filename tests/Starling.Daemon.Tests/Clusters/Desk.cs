using System.Collections.Immutable;
using Microsoft.Extensions.DependencyInjection;
using Starling.Api;
using Starling.Api.Events;
using Starling.Core.Contracts;
using Starling.Core.Identity;
using Starling.Core.Tasks;

namespace Starling.Daemon.Tests.Clusters;

/// <summary>
/// One node of a cluster of two that is up and has read its contract <c>trial</c>, with an admin and a clerk of its organisation who
/// write entries through it.
/// </summary>
public sealed class Desk : IAsyncDisposable
{
    private readonly RunningDaemon daemon;
    private readonly NodeClient clerkClient;

    private Desk(Cluster cluster, RunningDaemon daemon)
    {
        (Cluster, this.daemon) = (cluster, daemon);
        Client = cluster.ClientOf(0);
        Admin = new EntryAuthor(Client, cluster.AdminCertificate());
        var clerk = NodeId.Create("test.example", cluster.Nodes[0].Organisation, "clerk");
        var certificate = cluster.Issue(clerk, Roles.Admin);
        clerkClient = cluster.ClientOf(0, certificate);
        Clerk = new EntryAuthor(clerkClient, certificate);
    }

    public RunningDaemon Daemon => daemon;

    public Cluster Cluster { get; }

    public NodeClient Client { get; }

    public EntryAuthor Admin { get; }

    /// <summary>Whom the API lets in and no contract knows.</summary>
    public EntryAuthor Clerk { get; }

    public ImmutableArray<ImmutableArray<byte>> Anchors => [.. Cluster.Anchors.Select(anchor => anchor.RawData.ToImmutableArray())];

    public static async Task<Desk> OpenAsync(CancellationToken cancellation, string grace = "300ms",
        Action<IServiceCollection>? compose = null)
    {
        var cluster = await Cluster.CreateAsync(2, Cluster.Synthetic(nodes: 2, minPeers: 2, rounds: 1, grace: grace), cancellation);
        var desk = new Desk(cluster, await RunningDaemon.StartAsync(cluster.Configuration(0), null, cancellation, compose));
        await ClusterTests.UntilAsync<MemberReadyEvent>(desk.Client);
        return desk;
    }

    /// <summary>The payload of a task runner's entry 0.</summary>
    public byte[] Runner(ImmutableArray<ImmutableArray<byte>> anchors, Enrolment admin, params ReadOnlySpan<Enrolment> operators) =>
        RunnerEntryCodec.Encode(new FoundRunner(anchors, [admin], [.. operators]));

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        clerkClient.Dispose();
        Admin.Dispose();
        Clerk.Dispose();
        await daemon.DisposeAsync();
        await Cluster.DisposeAsync();
    }
}
