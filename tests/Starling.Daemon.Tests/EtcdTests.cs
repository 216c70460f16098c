using System.Globalization;
using Starling.Api;
using Starling.Api.Events;
using Starling.Core.Identity;
using Starling.Core.Ledger;
using Starling.Daemon.Tests.Clusters;
using Starling.Ledgers;
using Starling.Ledgers.Tests.Etcd;

namespace Starling.Daemon.Tests;

/// <summary>Nodes whose ledger lies in etcd.</summary>
public sealed class EtcdTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact(Timeout = 120_000)]
    public async Task Three_nodes_train_with_three_appends_a_round_at_most()
    {
        await using var etcd = await EtcdCluster.StartAsync(1);
        await using var cluster =
            await Cluster.CreateAsync(3, Cluster.Synthetic(nodes: 3, minPeers: 3, rounds: 4), Cancellation, etcd.Endpoints);
        var daemons = await StartAsync(cluster);
        foreach (var daemon in daemons)
            await daemon.DisposeAsync();
        await using var ledger = cluster.OpenLedger();
        var entries = await EntriesAsync(ledger, cluster.Contract);
        foreach (var author in cluster.Nodes)
            Assert.InRange(entries.Count(entry => entry.Body.Author == author), 4, 4 * 3);
        var verdict = await LedgerReplay.VerifyAsync(ledger, cluster.Contract, cluster.Founding, new X509Certifier(), null, Cancellation);
        Assert.Equal((null, 4L), (verdict.Finding, verdict.Commits));
    }

    [Fact(Timeout = 120_000)]
    public async Task A_history_that_was_rewritten_in_etcd_is_found_by_a_nodes_mirror()
    {
        await using var etcd = await EtcdCluster.StartAsync(1);
        await using var cluster =
            await Cluster.CreateAsync(2, Cluster.Synthetic(nodes: 2, minPeers: 2, rounds: 2), Cancellation, etcd.Endpoints);
        foreach (var daemon in await StartAsync(cluster))
            await daemon.DisposeAsync();
        var (one, other) = (await etcd.GetAsync(Key(1)), await etcd.GetAsync(Key(2)));
        await etcd.PutAsync(Key(1), other);
        await etcd.PutAsync(Key(2), one);
        await using var again = await cluster.StartAsync(0, Cancellation);
        var halted = Assert.IsType<Node.Loop.NodeHalted>(await again.End.WaitAsync(Cancellation));
        Assert.Equal(Core.Kernel.HaltReason.LedgerForked, halted.Reason);
        Assert.Contains("height 1", halted.Detail, StringComparison.Ordinal);

        static string Key(long height) => string.Create(CultureInfo.InvariantCulture, $"starling/trial/e/{height:d19}");
    }

    /// <summary>Red if only bodies are compared, which the entry's id covers: whoever joins later would fold another history.</summary>
    [Fact(Timeout = 120_000)]
    public async Task A_signature_that_was_changed_in_etcd_is_found_by_a_nodes_mirror()
    {
        await using var etcd = await EtcdCluster.StartAsync(1);
        await using var cluster =
            await Cluster.CreateAsync(2, Cluster.Synthetic(nodes: 2, minPeers: 2, rounds: 1), Cancellation, etcd.Endpoints);
        foreach (var daemon in await StartAsync(cluster))
            await daemon.DisposeAsync();
        const string Key = "starling/trial/e/0000000000000000001";
        var value = await etcd.GetAsync(Key);
        value[^1] ^= 1; // the signature comes last
        await etcd.PutAsync(Key, value);
        await using var again = await cluster.StartAsync(0, Cancellation);
        var halted = Assert.IsType<Node.Loop.NodeHalted>(await again.End.WaitAsync(Cancellation));
        Assert.Equal(Core.Kernel.HaltReason.LedgerForked, halted.Reason);
        Assert.Contains("height 1", halted.Detail, StringComparison.Ordinal);
        Assert.Null(await again.FindDamageAsync());
    }

    /// <summary>Red if a node says that all is well while its ledger does not answer, or says so no more when it does again.</summary>
    [Fact(Timeout = 240_000)]
    public async Task A_node_says_that_its_ledger_does_not_answer_and_is_not_ready_until_it_does()
    {
        await using var etcd = await EtcdCluster.StartAsync(1);
        await using var cluster =
            await Cluster.CreateAsync(2, Cluster.Synthetic(nodes: 2, minPeers: 2, rounds: 100_000), Cancellation, etcd.Endpoints);
        await using var daemon = await cluster.StartAsync(0, Cancellation);
        await using var other = await cluster.StartAsync(1, Cancellation);
        using var client = cluster.ClientOf(0);
        await ClusterTests.UntilAsync<RoundCommittedEvent>(client);
        Assert.Empty((await client.GetStatusAsync(Cancellation)).Warnings);
        Assert.True((await client.GetReadinessAsync(Cancellation)).Healthy);
        await etcd.KillAsync(0);
        while ((await client.GetStatusAsync(Cancellation)).Warnings is not [{ } warning]
            || !warning.StartsWith("The ledger has not answered since ", StringComparison.Ordinal)
            || !warning.Contains("No member of the ledger's etcd answers; start them", StringComparison.Ordinal))
            await Task.Delay(100, Cancellation);
        var refused = await UntilUnreadyAsync();
        Assert.StartsWith("The ledger has not answered since ", refused.Message, StringComparison.Ordinal);
        etcd.Start(0);
        while ((await client.GetStatusAsync(Cancellation)).Warnings.Count > 0)
            await Task.Delay(100, Cancellation);
        Assert.True((await client.GetReadinessAsync(Cancellation)).Healthy);

        async Task<NodeClientException> UntilUnreadyAsync()
        {
            while (true)
                try
                {
                    await client.GetReadinessAsync(Cancellation);
                    await Task.Delay(100, Cancellation);
                }
                catch (NodeClientException e)
                {
                    return e;
                }
        }
    }

    [Fact(Timeout = 240_000)]
    [Trait("Category", "Full")]
    public async Task Nodes_that_have_nothing_to_do_hardly_ask()
    {
        await using var etcd = await EtcdCluster.StartAsync(1);
        await using var cluster =
            await Cluster.CreateAsync(2, Cluster.Synthetic(nodes: 2, minPeers: 2, rounds: 1), Cancellation, etcd.Endpoints);
        var daemons = await StartAsync(cluster);
        var before = await etcd.RequestsAsync(0);
        await Task.Delay(TimeSpan.FromSeconds(65), Cancellation);
        var after = await etcd.RequestsAsync(0);
        var asked = after.Sum(method => method.Value) - before.Sum(method => method.Value);
        TestContext.Current.SendDiagnosticMessage("Two idle nodes have made {0} requests in 65 s.", asked);

        // A read every 30 s each, and one that was under way.
        Assert.InRange(asked, 2, 2 * 3);
        foreach (var daemon in daemons)
            await daemon.DisposeAsync();
    }

    [Fact(Timeout = 240_000)]
    [Trait("Category", "Full")]
    public async Task Training_goes_on_without_one_member_waits_without_two_and_goes_on_when_one_is_back()
    {
        await using var etcd = await EtcdCluster.StartAsync(3);
        await using var cluster =
            await Cluster.CreateAsync(3, Cluster.Synthetic(nodes: 3, minPeers: 3, rounds: 100_000), Cancellation, etcd.Endpoints);
        var daemons = await Task.WhenAll(Enumerable.Range(0, 3).Select(i => cluster.StartAsync(i, Cancellation)));
        using var client = cluster.ClientOf(0);
        await using var events = client.GetEventsAsync(0, Cancellation).GetAsyncEnumerator(Cancellation);
        await NextAsync<RoundCommittedEvent>();
        await etcd.KillAsync(0);
        for (var i = 0; i < 3; i++)
            await NextAsync<RoundCommittedEvent>();
        await etcd.KillAsync(1);
        Assert.Contains("start those that are down", (await NextAsync<TroubleEvent>()).What, StringComparison.Ordinal);
        etcd.Start(1);
        var waited = await NextAsync<RoundCommittedEvent>();
        for (var i = 0; i < 3; i++)
            Assert.True((await NextAsync<RoundCommittedEvent>()).Round > waited.Round);
        foreach (var daemon in daemons)
            await daemon.DisposeAsync();

        async Task<T> NextAsync<T>()
            where T : ApiEvent
        {
            while (await events.MoveNextAsync())
                if (events.Current is T wanted)
                    return wanted;
            throw new InvalidOperationException($"The events ended without a {typeof(T).Name}.");
        }
    }

    // All rounds are trained when this returns.
    private static async Task<RunningDaemon[]> StartAsync(Cluster cluster)
    {
        var daemons = await Task.WhenAll(Enumerable.Range(0, cluster.Nodes.Length).Select(i => cluster.StartAsync(i, Cancellation)));
        for (var i = 0; i < daemons.Length; i++)
        {
            using var client = cluster.ClientOf(i);
            await ClusterTests.UntilAsync<FinishedEvent>(client);
        }

        return daemons;
    }

    private static async Task<List<SignedEntry>> EntriesAsync(ILedger ledger, ContractId contract)
    {
        var entries = new List<SignedEntry>();
        while (await ledger.ReadAsync(contract, entries.Count, LedgerPage.MaxEntries, Cancellation) is { Entries.IsEmpty: false } page)
            entries.AddRange(page.Entries.Select(entry => entry.Entry));
        return entries;
    }
}
