using System.Net;
using Starling.Api;
using Starling.Api.Checks;
using Starling.Api.Events;
using Starling.Core.Identity;
using Starling.Daemon.Checks;
using Starling.Daemon.Tests.Clusters;
using Starling.Node.Identity.Workload.Wire;
using Starling.Node.Tests.Identity;
using Starling.Node.Tests.Transport;

namespace Starling.Daemon.Tests;

/// <summary>Nodes whose certificate a SPIRE agent issues over its Workload API; the agent is the test's.</summary>
public sealed class WorkloadNodeTests : IAsyncLifetime
{
    private readonly TestAuthority spire = new("spire", "test.example");
    private readonly WorkloadServer agent = new();
    private Cluster cluster = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        await agent.StartAsync();
        cluster = await Cluster.CreateAsync(2, Cluster.Synthetic(nodes: 2, minPeers: 2, rounds: 2), Cancellation);
        cluster.Rewrite(0, "  anchors:", $"  workloadApi: unix://{agent.Socket}\n  anchors:");
        // What SPIRE issues has no roles: its peer says which.
        var anchor = Path.Combine(cluster.Folder, "spire.pem");
        await File.WriteAllTextAsync(anchor, spire.Certificate.ExportCertificatePem(), Cancellation);
        cluster.Rewrite(1, "  anchors:", $"  mapped: [{{ spiffe: '{cluster.Nodes[0]}', roles: [learner] }}]\n  anchors:\n    - {anchor}");
    }

    public async ValueTask DisposeAsync()
    {
        await cluster.DisposeAsync();
        await agent.DisposeAsync();
    }

    /// <summary>
    /// Red if a running node shows its own certificate, only what it was issued first, or nothing any more once the agent
    /// has said something wrong.
    /// </summary>
    [Fact(Timeout = 120_000)]
    public async Task A_node_shows_what_is_issued_to_it_takes_what_is_renewed_and_trains()
    {
        agent.Issue(Identity(toDays: 3));
        await using var node = await cluster.StartAsync(0, Cancellation);
        using var admin = cluster.AdminCertificate();
        using var client = new NodeClient(new DnsEndPoint("127.0.0.1", node.Configuration.Listen.Port), cluster.Nodes[0].Value, admin,
            [spire.Certificate]);
        var first = await client.GetStatusAsync(Cancellation);
        Assert.InRange(first.CertificateExpires - DateTimeOffset.UtcNow, TimeSpan.FromDays(2.9), TimeSpan.FromDays(3.1));
        Assert.Empty(first.Warnings);

        agent.Issue(new X509SVIDResponse());
        var renewed = Identity(toDays: 5);
        var status = first;
        while (status.CertificateExpires == first.CertificateExpires)
        {
            // Again and again: the stream that broke may still take one, and lose it.
            agent.Issue(renewed);
            status = await client.GetStatusAsync(Cancellation);
        }

        Assert.InRange(status.CertificateExpires - DateTimeOffset.UtcNow, TimeSpan.FromDays(4.9), TimeSpan.FromDays(5.1));
        Assert.Equal(status.CertificateExpires, await RotationTests.ShownAsync(node));

        // Beside the node, the doctor is given the same.
        var looking = Doctor.ExamineAsync(node.Configuration, [], Cancellation);
        while (!looking.IsCompleted)
        {
            agent.Issue(renewed);
            await Task.WhenAny(looking, Task.Delay(100, Cancellation));
        }

        var looked = await looking;
        Assert.Contains(looked, result => result.Check == "port" && result.Finding.StartsWith("The node runs", StringComparison.Ordinal));
        Assert.DoesNotContain(looked, result => result.Outcome == CheckOutcome.Fail);
        await using var second = await cluster.StartAsync(1, Cancellation);
        Assert.Equal(2, (await ClusterTests.UntilAsync<FinishedEvent>(client)).Rounds);
    }

    /// <summary>Red if a node starts without an identity, or with one that names nobody.</summary>
    [Fact(Timeout = 60_000)]
    public async Task A_node_does_not_start_with_what_is_no_identity()
    {
        agent.Issue(new X509SVIDResponse());
        Assert.Contains("gives this process no identity", await RefusedAsync(), StringComparison.Ordinal);
        agent.Issue(WorkloadServer.Identity(spire.Issue([], roles: Roles.None, host: "clinic-0.test.example"), spire.Certificate,
            cluster.Nodes[0].Value));
        Assert.Contains("without a SPIFFE ID", await RefusedAsync(), StringComparison.Ordinal);
        agent.Issue(Identity(toDays: -1));
        Assert.Contains("expired", await RefusedAsync(), StringComparison.Ordinal);
        agent.Issue(Identity(toDays: 3));
        await using var node = await cluster.StartAsync(0, Cancellation);
    }

    private X509SVIDResponse Identity(int toDays) =>
        WorkloadServer.Identity(spire.Issue([cluster.Nodes[0].Value], fromDays: -2, toDays: toDays, roles: Roles.None), spire.Certificate,
            cluster.Nodes[0].Value);

    private async Task<string> RefusedAsync()
    {
        var refused = await Assert.ThrowsAsync<DaemonException>(() => cluster.StartAsync(0, Cancellation));
        Assert.Equal(ExitCode.Identity, refused.ExitCode);
        await agent.UntilIdleAsync();
        return refused.Message;
    }
}
