using System.Collections.Concurrent;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using Starling.Api;
using Starling.Daemon.Tests.Clusters;

namespace Starling.Daemon.Tests;

public sealed class NodeDaemonTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact(Timeout = 60_000)]
    public async Task A_busy_port_is_one_sentence_with_the_remedy()
    {
        await using var cluster = await Cluster.CreateAsync(2, Cluster.Synthetic(nodes: 2, minPeers: 2, rounds: 1), Cancellation);
        var configuration = cluster.Configuration(0);
        using var squatter = new TcpListener(configuration.Listen);
        squatter.Start();
        var logged = new ConcurrentQueue<string>();
        var fault = await Assert.ThrowsAsync<DaemonException>(() => RunningDaemon.StartAsync(
            configuration, logging => logging.AddProvider(new LoggedLines(logged)), Cancellation));
        Assert.Equal(ExitCode.PortBusy, fault.ExitCode);
        Assert.DoesNotContain(logged, line => line.Contains("fail", StringComparison.OrdinalIgnoreCase));
        Assert.Equal($"Port {configuration.Listen.Port} of 127.0.0.1 is in use by another process; stop that one, or choose another port under 'listen' in node.yaml.", fault.Message);
        squatter.Stop();
        await using var daemon = await cluster.StartAsync(0, Cancellation);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_folder_belongs_to_one_process()
    {
        await using var cluster = await Cluster.CreateAsync(2, Cluster.Synthetic(nodes: 2, minPeers: 2, rounds: 1), Cancellation);
        await using var daemon = await cluster.StartAsync(0, Cancellation);
        var second = cluster.Configuration(0) with { Listen = cluster.Configuration(1).Listen };
        var fault = await Assert.ThrowsAsync<DaemonException>(() => RunningDaemon.StartAsync(second, null, Cancellation));
        Assert.Equal(ExitCode.Disk, fault.ExitCode);
        Assert.Contains("belongs to one process", fault.Message, StringComparison.Ordinal);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_wrong_key_is_told()
    {
        await using var cluster = await Cluster.CreateAsync(2, Cluster.Synthetic(nodes: 2, minPeers: 2, rounds: 1), Cancellation);
        File.Copy(Path.Combine(cluster.NodeFolder(1), "node.key"), Path.Combine(cluster.NodeFolder(0), "node.key"), overwrite: true);
        var fault = await Assert.ThrowsAsync<DaemonException>(() => cluster.StartAsync(0, Cancellation));
        Assert.Equal(ExitCode.Identity, fault.ExitCode);
    }

    [Fact(Timeout = 60_000)]
    public async Task An_expired_certificate_is_told_before_anybody_is_asked()
    {
        await using var cluster = await Cluster.CreateAsync(2, Cluster.Synthetic(nodes: 2, minPeers: 2, rounds: 1), Cancellation);
        cluster.LetExpire(0);
        var fault = await Assert.ThrowsAsync<DaemonException>(() => cluster.StartAsync(0, Cancellation));
        Assert.Equal(ExitCode.Identity, fault.ExitCode);
        Assert.Contains("expired at", fault.Message, StringComparison.Ordinal);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_process_ends_well_when_it_is_asked_to_stop()
    {
        await using var cluster = await Cluster.CreateAsync(2, Cluster.Synthetic(nodes: 2, minPeers: 2, rounds: 1), Cancellation);
        using var stop = new CancellationTokenSource();
        var running = NodeDaemon.RunAsync(cluster.Configuration(0), LogLevel.None, stop.Token);
        using var client = cluster.ClientOf(0);
        await ServingAsync(client);
        await stop.CancelAsync();
        Assert.Equal(ExitCode.Done, await running);
        Assert.Equal(ExitCode.Unreachable,
            (await Assert.ThrowsAsync<NodeClientException>(() => client.GetHealthAsync(Cancellation))).ExitCode);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_node_that_must_not_go_on_halts_with_its_own_exit_code()
    {
        await using var cluster = await Cluster.CreateAsync(2, Cluster.Synthetic(nodes: 2, minPeers: 2, rounds: 1), Cancellation);
        await using (var daemon = await cluster.StartAsync(0, Cancellation))
        {
            using var client = cluster.ClientOf(0);
            await ClusterTests.UntilAsync<Api.Events.MemberReadyEvent>(client);
        }

        // The ledger is replaced by one with another history of the same contract: the node's own entry comes first.
        await cluster.ReplaceLedgerAsync(Cancellation);
        Assert.Equal(ExitCode.LedgerForked, await NodeDaemon.RunAsync(cluster.Configuration(0), LogLevel.None, Cancellation));
    }

    private static async Task ServingAsync(NodeClient client)
    {
        while (true)
            try
            {
                await client.GetHealthAsync(Cancellation);
                return;
            }
            catch (NodeClientException e) when (e.ExitCode == ExitCode.Unreachable)
            {
                await Task.Yield();
            }
    }
}
