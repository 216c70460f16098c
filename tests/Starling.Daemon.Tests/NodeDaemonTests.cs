using System.Collections.Concurrent;
using System.Net.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Starling.Api;
using Starling.Core.Ledger;
using Starling.Daemon.Tests.Clusters;
using Starling.Node.Journal;
using Starling.Node.Loop;

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

    /// <summary>Red if a node does not log its settings when it starts, or logs a secret that its owner wrote into one.</summary>
    [Fact(Timeout = 60_000)]
    public async Task The_settings_in_force_are_logged_without_a_secret()
    {
        await using var cluster = await Cluster.CreateServingAsync(1, Cluster.Synthetic(nodes: 1, minPeers: 1, rounds: 1), Cancellation);
        cluster.Rewrite(0, "  set: []\n", "  set:\n    - 'data.password=hunter2'\n    - 'data.file=/rows.csv'\n");
        var logged = new ConcurrentQueue<string>();
        var daemon = await RunningDaemon.StartAsync(
            cluster.Configuration(0), logging => logging.AddProvider(new LoggedLines(logged)), Cancellation);
        await daemon.DisposeAsync();
        var settings = Assert.Single(logged, line => line.StartsWith("The settings in force: ", StringComparison.Ordinal));
        Assert.Contains("tasks.set=[data.password=***, data.file=/rows.csv]", settings, StringComparison.Ordinal);
        Assert.DoesNotContain(logged, line => line.Contains("hunter2", StringComparison.Ordinal));
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

    /// <summary>Red if a disk that fails while the kernel takes the mirror up is told as a defect of Starling.</summary>
    [Fact(Timeout = 60_000)]
    public async Task A_mirror_that_cannot_be_read_to_its_end_is_a_fault_of_the_disk()
    {
        await using var cluster = await Cluster.CreateAsync(2, Cluster.Synthetic(nodes: 2, minPeers: 2, rounds: 1), Cancellation);
        var reads = 0;
        var mirror = new JournalMirror(1, _ => ++reads == 1 ? [null!] : throw new JournalException("The journal cannot be read."));
        Assert.Single(mirror);
        Assert.Equal(ExitCode.Disk, await NodeDaemon.RunAsync(cluster.Configuration(0), LogLevel.None, Cancellation, services =>
            services.AddSingleton(s => new NodeLoop((_, _) => [.. mirror.Select(_ => (Core.Kernel.Effect)null!)],
                s.GetRequiredService<InputQueue>(), s.GetRequiredService<KernelClock>()))));
        Assert.Equal(2, reads);
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

    /// <summary>Red if a mirror that the disk has changed is taken for a ledger that somebody rewrote.</summary>
    [Fact(Timeout = 60_000)]
    public async Task A_mirror_that_the_disk_has_changed_is_named_and_not_the_ledger()
    {
        await using var cluster = await Cluster.CreateAsync(2, Cluster.Synthetic(nodes: 2, minPeers: 2, rounds: 1), Cancellation);
        await using (var first = await cluster.StartAsync(0, Cancellation))
        {
            using var client = cluster.ClientOf(0);
            await ClusterTests.UntilAsync<Api.Events.MemberReadyEvent>(client);
        }

        using (var journal = NodeJournal.Open(Path.Combine(cluster.NodeFolder(0), NodeJournal.FileName)))
        {
            var entry = Assert.Single((await journal.LoadAsync(Cancellation)).Mirror).Entries.ElementAt(1).Entry;
            var body = entry.BodyBytes.ToArray();
            body[^1] ^= 1;
            journal.Mirror(cluster.Contract, 1, [new VerifiedEntry(new SignedEntry(body, entry.Key, entry.Signature), true)]);
        }

        Assert.Contains(await Checks.Doctor.ExamineAsync(cluster.Configuration(0), [], Cancellation),
            result => result.Check == "ledger" && result.Finding.Contains("the mirror that has changed", StringComparison.Ordinal));
        await using var again = await cluster.StartAsync(0, Cancellation);
        Assert.Equal(Core.Kernel.HaltReason.LedgerForked,
            Assert.IsType<NodeHalted>(await again.End.WaitAsync(Cancellation)).Reason);
        Assert.Contains("is damaged at height 1", await again.FindDamageAsync(), StringComparison.Ordinal);
    }

    /// <summary>Red if what notes the ledger's contracts hides that it tells at once (decision 0014).</summary>
    [Fact(Timeout = 60_000)]
    public async Task Nodes_on_an_embedded_ledger_tell_each_other_nothing_of_their_entries()
    {
        await using var cluster = await Cluster.CreateAsync(2, Cluster.Synthetic(nodes: 2, minPeers: 2, rounds: 1), Cancellation);
        KernelDriver? kernel = null;
        await using var daemon = await RunningDaemon.StartAsync(cluster.Configuration(0), null, Cancellation,
            services => services.AddHostedService(provider =>
            {
                kernel = provider.GetRequiredService<KernelDriver>();
                return new Onlooker();
            }));
        Assert.False(kernel!.State.Options.HintsPeers);
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

    private sealed class Onlooker : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
