using System.Net.Sockets;
using Microsoft.Data.Sqlite;
using Starling.Api.Checks;
using Starling.Daemon.Checks;
using Starling.Daemon.Tests.Clusters;
using Starling.Node.Journal;

namespace Starling.Daemon.Tests;

public sealed class DoctorTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>Red if a host where all is well is called ill, or the doctor takes the running node's port for another's.</summary>
    [Fact(Timeout = 60_000)]
    public async Task A_host_that_is_well_is_told_so_while_its_node_runs_and_while_it_does_not()
    {
        await using var cluster = await Cluster.CreateAsync(2, Cluster.Synthetic(nodes: 2, minPeers: 2, rounds: 1), Cancellation);
        await using var peer = await cluster.StartAsync(1, Cancellation);
        var stopped = await ExamineAsync(cluster);
        Assert.DoesNotContain(stopped, result => result.Outcome == CheckOutcome.Fail);
        Assert.Contains(stopped, result => result.Check == "port" && result.Finding.Contains("is free", StringComparison.Ordinal));
        Assert.Contains(stopped,
            result =>
                result.Check == "peer" && result.Finding.StartsWith($"{cluster.Nodes[1]} answers at 127.0.0.1:", StringComparison.Ordinal));
        Assert.Contains(stopped, result => result.Check == "clock" && result.Outcome == CheckOutcome.Ok);

        await using var own = await cluster.StartAsync(0, Cancellation);
        var running = await ExamineAsync(cluster);
        Assert.DoesNotContain(running, result => result.Outcome == CheckOutcome.Fail);
        Assert.Contains(running, result => result.Check == "port" && result.Finding.StartsWith("The node runs", StringComparison.Ordinal));
        Assert.Contains(running,
            result => result.Check == "ledger" && result.Finding.EndsWith("are those that the node has read.", StringComparison.Ordinal));
    }

    /// <summary>Red if one of these is not found, or has no remedy.</summary>
    [Fact(Timeout = 60_000)]
    public async Task What_is_wrong_is_found_each_with_its_remedy()
    {
        await using var cluster = await Cluster.CreateAsync(2, Cluster.Synthetic(nodes: 2, minPeers: 2, rounds: 1), Cancellation);
        using var squatter = new TcpListener(cluster.Configuration(0).Listen);
        squatter.Start();
        var closing = CloseAllAsync(squatter);
        Assert.Contains(await ExamineAsync(cluster), result => result is { Check: "port", Outcome: CheckOutcome.Fail, Remedy: not null });
        squatter.Stop();
        await closing;

        // Nobody answers where the peer should be.
        Assert.Contains(await ExamineAsync(cluster), result => result is { Check: "peer", Outcome: CheckOutcome.Warn, Remedy: not null });

        // Another node answers there.
        cluster.Rewrite(0, cluster.Nodes[1].Value, "spiffe://test.example/clinic-9/node");
        await using (await cluster.StartAsync(1, Cancellation))
            Assert.Contains(await ExamineAsync(cluster),
                result =>
                    result is { Check: "peer", Outcome: CheckOutcome.Fail }
                        && result.Finding.Contains($"is {cluster.Nodes[1]}'s, not spiffe://test.example/clinic-9/node's",
                            StringComparison.Ordinal));

        cluster.LetExpire(0);
        Assert.Contains(await ExamineAsync(cluster),
            result =>
                result is { Check: "trust", Outcome: CheckOutcome.Fail }
                    && result.Finding.Contains("expired at", StringComparison.Ordinal));

        File.Delete(cluster.LedgerPath);
        Assert.Contains(await ExamineAsync(cluster),
            result =>
                result is { Check: "ledger", Outcome: CheckOutcome.Fail }
                    && result.Finding.StartsWith("There is no ledger", StringComparison.Ordinal));
    }

    /// <summary>Red if a ledger that was rewritten since the node mirrored it is not told from the one before.</summary>
    [Fact(Timeout = 60_000)]
    public async Task A_rewritten_ledger_is_found_by_the_mirror()
    {
        await using var cluster = await Cluster.CreateAsync(2, Cluster.Synthetic(nodes: 2, minPeers: 2, rounds: 1), Cancellation);
        await using (await cluster.StartAsync(0, Cancellation))
        {
            using var client = cluster.ClientOf(0);
            await ClusterTests.UntilAsync<Api.Events.MemberReadyEvent>(client);
        }

        using (var journal = NodeJournal.Open(Path.Combine(cluster.NodeFolder(0), NodeJournal.FileName)))
            Assert.True(Assert.Single((await journal.LoadAsync(Cancellation)).Mirror).Entries.Count >= 2);
        Assert.Contains(await ExamineAsync(cluster),
            result =>
                result is { Check: "ledger", Outcome: CheckOutcome.Ok }
                    && result.Finding.Contains("as the node's mirror has it", StringComparison.Ordinal));
        await cluster.ReplaceLedgerAsync(Cancellation);
        Assert.Contains(await ExamineAsync(cluster),
            result =>
                result is { Check: "ledger", Outcome: CheckOutcome.Fail }
                    && result.Finding.StartsWith("The ledger shows another entry 1", StringComparison.Ordinal));
    }

    /// <summary>Red if the doctor compares ids alone, which say nothing of the signature.</summary>
    [Fact(Timeout = 60_000)]
    public async Task A_changed_signature_in_the_ledger_is_found_by_the_mirror()
    {
        await using var cluster = await Cluster.CreateAsync(2, Cluster.Synthetic(nodes: 2, minPeers: 2, rounds: 1), Cancellation);
        await using (await cluster.StartAsync(0, Cancellation))
        {
            using var client = cluster.ClientOf(0);
            await ClusterTests.UntilAsync<Api.Events.MemberReadyEvent>(client);
        }

        ChangeSignature(cluster, height: 1);
        Assert.Contains(await ExamineAsync(cluster),
            result =>
                result is { Check: "ledger", Outcome: CheckOutcome.Fail }
                    && result.Finding == $"The ledger shows another entry 1 of {cluster.Contract} than the node has mirrored.");
    }

    /// <summary>Red if the doctor compares ids alone while the node runs.</summary>
    [Fact(Timeout = 60_000)]
    public async Task A_changed_signature_in_the_ledger_is_found_while_the_node_runs()
    {
        await using var cluster = await Cluster.CreateAsync(2, Cluster.Synthetic(nodes: 2, minPeers: 2, rounds: 1), Cancellation);
        await using var node = await cluster.StartAsync(0, Cancellation);
        using var client = cluster.ClientOf(0);
        await ClusterTests.UntilAsync<Api.Events.MemberReadyEvent>(client);
        // Of an entry that the node has no reason to read again.
        ChangeSignature(cluster, height: 0);
        Assert.Contains(await ExamineAsync(cluster),
            result =>
                result is { Check: "ledger", Outcome: CheckOutcome.Fail }
                    && result.Finding == $"The ledger shows other entries of {cluster.Contract} than the node has read.");
    }

    /// <summary>Red if a node that works for a task runner is asked for the entries of one contract alone, or of none.</summary>
    [Fact(Timeout = 60_000)]
    public async Task All_contracts_that_a_running_node_follows_are_compared()
    {
        await using var cluster = await Cluster.CreateServingAsync(2, Cluster.Synthetic(nodes: 2, minPeers: 2, rounds: 1), Cancellation);
        await using var node = await cluster.StartAsync(0, Cancellation);
        using var client = cluster.ClientOf(0);
        while ((await client.GetStatusAsync(Cancellation)).Followed.All(followed => followed.Height == 0))
            await Task.Delay(20, Cancellation);
        Assert.Contains(await ExamineAsync(cluster), result => result is { Check: "ledger", Outcome: CheckOutcome.Ok }
            && result.Finding == $"The ledger answers, and its first 1 entries of {cluster.Contract} are those that the node has read.");
    }

    private static void ChangeSignature(Cluster cluster, long height)
    {
        using var connection = new SqliteConnection($"Data Source={cluster.LedgerPath};Pooling=False");
        connection.Open();
        using var read = connection.CreateCommand();
        read.CommandText = "SELECT bytes FROM entry WHERE height = $height";
        read.Parameters.AddWithValue("$height", height);
        var stored = (byte[])read.ExecuteScalar()!;
        stored[^1] ^= 1;
        using var write = connection.CreateCommand();
        write.CommandText = "UPDATE entry SET bytes = $bytes WHERE height = $height";
        write.Parameters.AddWithValue("$bytes", stored);
        write.Parameters.AddWithValue("$height", height);
        Assert.Equal(1, write.ExecuteNonQuery());
    }

    private static async Task<IReadOnlyList<CheckResult>> ExamineAsync(Cluster cluster) =>
        await Doctor.ExamineAsync(cluster.Configuration(0), [], Cancellation);

    private static async Task CloseAllAsync(TcpListener squatter)
    {
        try
        {
            while (true)
                (await squatter.AcceptSocketAsync(Cancellation)).Dispose();
        }
        catch (Exception e)
            when (e is SocketException or ObjectDisposedException or InvalidOperationException or OperationCanceledException)
        {
            // The test goes on.
        }
    }
}
