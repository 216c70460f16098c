using Starling.Api;
using Starling.Api.Contracts;
using Starling.Api.Events;
using Starling.Core.Identity;
using Starling.Core.Training;
using Starling.Daemon.Tests.Clusters;

namespace Starling.Daemon.Tests;

/// <summary>An admin restarts rounds of real nodes.</summary>
public sealed class RoundRestartTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>Red if members let the base of the last committed round go, or go on with what was taken back.</summary>
    [Fact(Timeout = 120_000)]
    public async Task A_committed_round_is_trained_again_from_what_it_started_from()
    {
        await using var cluster = await Cluster.CreateAsync(2, Cluster.Synthetic(nodes: 2, minPeers: 2, rounds: 3), Cancellation);
        await using var first = await cluster.StartAsync(0, Cancellation);
        await using var second = await cluster.StartAsync(1, Cancellation);
        using var client = cluster.ClientOf(0);
        await ClusterTests.UntilAsync<FinishedEvent>(client);
        var before = await client.GetContractAsync(cluster.Contract.Value, Cancellation);

        Assert.Null((await RestartAsync(cluster, client, 3)).Refusal);
        var restarted = await ClusterTests.UntilAsync<RoundRestartedEvent>(client);
        Assert.Equal((3L, 1L, 1L), (restarted.Round, restarted.Epoch, restarted.TakenBack));
        var told = new List<ApiEvent>();
        await foreach (var next in client.GetEventsAsync(restarted.Cursor, Cancellation))
        {
            told.Add(next);
            if (next is RoundCommittedEvent)
                break;
        }

        Assert.Equal((3L, before.Commits[1].Merge), told.OfType<RoundOpenedEvent>().Select(e => (e.Round, e.Base)).First());
        Assert.Equal(3, told.OfType<RoundCommittedEvent>().Single().Round);
        var after = await client.GetContractAsync(cluster.Contract.Value, Cancellation);
        Assert.Equal((1L, 3), (after.Epoch, after.Commits.Count));
        Assert.Equal(before.Commits[1].Merge, after.Commits[1].Merge);
    }

    /// <summary>Red if an update of before the restart keeps its member from announcing it again, or if an entry under way does.</summary>
    [Fact(Timeout = 120_000)]
    public async Task The_open_round_begins_anew()
    {
        await using var cluster = await Cluster.CreateAsync(2, Cluster.Synthetic(nodes: 2, minPeers: 2, rounds: 2), Cancellation);
        await using var first = await cluster.StartAsync(0, Cancellation);
        using var client = cluster.ClientOf(0);
        await ClusterTests.UntilAsync<MemberReadyEvent>(client);
        await RestartAsync(cluster, client, 1);
        var restarted = await ClusterTests.UntilAsync<RoundRestartedEvent>(client);
        Assert.Equal((1L, 0L), (restarted.Round, restarted.TakenBack));
        await using var second = await cluster.StartAsync(1, Cancellation);
        Assert.Equal(2, (await ClusterTests.UntilAsync<FinishedEvent>(client)).Rounds);
    }

    /// <summary>Red if a check is taken out: each refusal has words of its own.</summary>
    [Fact(Timeout = 120_000)]
    public async Task Who_is_no_admin_and_what_makes_no_sense_are_refused_in_a_sentence()
    {
        await using var cluster = await Cluster.CreateAsync(2, Cluster.Synthetic(nodes: 2, minPeers: 2, rounds: 1), Cancellation);
        await using var daemon = await cluster.StartAsync(0, Cancellation);
        using var client = cluster.ClientOf(0);
        await ClusterTests.UntilAsync<RoundOpenedEvent>(client);
        using var admin = new EntryAuthor(client, cluster.AdminCertificate());
        var certificate = cluster.Issue(NodeId.Create("test.example", cluster.Nodes[0].Organisation, "clerk"), Roles.Admin);
        using var colleague = cluster.ClientOf(0, certificate);
        using var clerk = new EntryAuthor(colleague, certificate);
        Assert.Contains("is no member", (await Refused(() => clerk.AppendAsync("trial", new Restart(1), Cancellation))).Message,
            StringComparison.Ordinal);
        Assert.Contains("cannot be restarted", (await Refused(() => admin.AppendAsync("trial", new Restart(7), Cancellation))).Message,
            StringComparison.Ordinal);
        Assert.Equal(0, (await client.GetContractAsync(cluster.Contract.Value, Cancellation)).Epoch);
    }

    /// <summary>Red if the node appends a restart that would wait for ever: of a round that is not open, or from what was let go.</summary>
    [Fact(Timeout = 120_000)]
    public async Task A_restart_that_the_rules_allow_and_nobody_can_train_is_refused()
    {
        await using var cluster = await Cluster.CreateAsync(2, Cluster.Synthetic(nodes: 2, minPeers: 2, rounds: 3), Cancellation);
        await using var first = await cluster.StartAsync(0, Cancellation);
        await using var second = await cluster.StartAsync(1, Cancellation);
        using var client = cluster.ClientOf(0);
        using var admin = new EntryAuthor(client, cluster.AdminCertificate());
        await ClusterTests.UntilAsync<FinishedEvent>(client);
        Assert.Contains("no round is open; restart round 3",
            (await Refused(() => admin.AppendAsync("trial", new Restart(4), Cancellation))).Message, StringComparison.Ordinal);

        // One member alone commits nothing, so that round 3 stays open; what round 2 started from was let go when round 3 had committed.
        await second.DisposeAsync();
        await admin.AppendAsync("trial", new Restart(3), Cancellation);
        Assert.Contains("is not on this node", (await Refused(() => admin.AppendAsync("trial", new Restart(2), Cancellation))).Message,
            StringComparison.Ordinal);
        Assert.Equal(1, (await client.GetContractAsync(cluster.Contract.Value, Cancellation)).Epoch);
    }

    private static async Task<NodeClientException> Refused(Func<Task> ask)
    {
        var refused = await Assert.ThrowsAsync<NodeClientException>(ask);
        Assert.Equal(ExitCode.Denied, refused.ExitCode);
        return refused;
    }

    private static async Task<EntryAnswer> RestartAsync(Cluster cluster, NodeClient client, long round)
    {
        using var admin = new EntryAuthor(client, cluster.AdminCertificate());
        return await admin.AppendAsync(cluster.Contract.Value, new Restart(round), Cancellation);
    }
}
