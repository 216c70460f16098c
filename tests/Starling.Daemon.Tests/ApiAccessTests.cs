using Starling.Api;
using Starling.Core.Identity;
using Starling.Daemon.Http;
using Starling.Daemon.Tests.Clusters;
using Starling.Node.Identity;

namespace Starling.Daemon.Tests;

public sealed class ApiAccessTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact(Timeout = 60_000)]
    public async Task Admins_and_the_own_organisation_are_let_in_and_nobody_else()
    {
        await using var cluster = await Cluster.CreateAsync(2, Cluster.Synthetic(nodes: 2, minPeers: 2, rounds: 1), Cancellation);
        await using var daemon = await cluster.StartAsync(0, Cancellation);
        using (var admin = cluster.ClientOf(0))
            Assert.True((await admin.GetHealthAsync(Cancellation)).Healthy);
        using (var colleague = cluster.ClientOf(0, cluster.Issue(NodeId.Create("test.example", "clinic-0", "operator"), Roles.Observer)))
            Assert.Equal(cluster.Nodes[0].Value, (await colleague.GetStatusAsync(Cancellation)).Node);

        using var other = cluster.ClientOf(0, cluster.Issue(cluster.Nodes[1], Roles.Admin));
        var denied = await Assert.ThrowsAsync<NodeClientException>(() => other.GetStatusAsync(Cancellation));
        Assert.Equal(ExitCode.Denied, denied.ExitCode);
        Assert.Contains(cluster.Nodes[1].Value, denied.Message, StringComparison.Ordinal);
        Assert.Contains("admins", denied.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<NodeClientException>(() => other.StopAsync(Cancellation));
        Assert.False(daemon.StopRequested.IsCompleted);
    }

    /// <summary>Red if stopping asks for no role: the caller is let in, and may read.</summary>
    [Fact(Timeout = 60_000)]
    public async Task Who_is_let_in_may_do_what_its_roles_allow()
    {
        await using var cluster = await Cluster.CreateAsync(2, Cluster.Synthetic(nodes: 2, minPeers: 2, rounds: 1), Cancellation);
        await using var daemon = await cluster.StartAsync(0, Cancellation);
        var caller = NodeId.Create("test.example", "clinic-0", "clerk");
        using var clerk = cluster.ClientOf(0, cluster.Issue(caller, Roles.Observer | Roles.Learner));
        Assert.True((await clerk.GetHealthAsync(Cancellation)).Healthy);
        var denied = await Assert.ThrowsAsync<NodeClientException>(() => clerk.StopAsync(Cancellation));
        Assert.Equal(ExitCode.Denied, denied.ExitCode);
        Assert.Equal($"{caller} may not do this: its certificate gives it learner, observer, and this needs admin. Have its authority issue one with that role.", denied.Message);
        Assert.Equal(ExitCode.Denied, (await Assert.ThrowsAsync<NodeClientException>(() => clerk.FoundAsync([1], Cancellation))).ExitCode);
        Assert.Equal(ExitCode.Denied,
            (await Assert.ThrowsAsync<NodeClientException>(() => clerk.AppendAsync(cluster.Contract.Value, [1], Cancellation))).ExitCode);
        Assert.False(daemon.StopRequested.IsCompleted);

        using var head = cluster.ClientOf(0, cluster.Issue(caller, Roles.Admin));
        await head.StopAsync(Cancellation);
        Assert.Contains(caller.Value, await daemon.StopRequested.WaitAsync(Cancellation), StringComparison.Ordinal);
    }

    /// <summary>Red if a route is added without its action: it would be denied to everyone.</summary>
    [Fact(Timeout = 60_000)]
    public async Task Every_route_names_its_action()
    {
        await using var cluster = await Cluster.CreateAsync(2, Cluster.Synthetic(nodes: 2, minPeers: 2, rounds: 1), Cancellation);
        await using var daemon = await cluster.StartAsync(0, Cancellation);
        Assert.True(daemon.Routes.Count() >= 8);
        Assert.Empty(daemon.Routes.Where(route => RouteAction.Of(route) == NodeAction.Unknown).Select(route => route.DisplayName));
    }

    [Fact(Timeout = 60_000)]
    public async Task A_certificate_of_a_foreign_authority_is_refused_though_it_names_an_admin()
    {
        await using var cluster = await Cluster.CreateAsync(2, Cluster.Synthetic(nodes: 2, minPeers: 2, rounds: 1), Cancellation);
        await using var daemon = await cluster.StartAsync(0, Cancellation);
        using var foreign = CertificateAuthority.Create("test.example", TimeProvider.System);
        using var keys = foreign.Issue(daemon.Configuration.Admins[0], Roles.Admin, TimeProvider.System);
        using var client = cluster.ClientOf(0, keys.ToTlsCertificate());
        var refused = await Assert.ThrowsAsync<NodeClientException>(() => client.GetHealthAsync(Cancellation));
        Assert.Equal((ExitCode.Denied,
            $"No trusted authority vouches for the certificate of {daemon.Configuration.Admins[0]}; it was issued by CN=Starling authority of test.example."), (refused.ExitCode, refused.Message));
    }
}
