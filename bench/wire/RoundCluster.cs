using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using Starling.Core.Contracts;
using Starling.Core.Identity;
using Starling.Core.Kernel;
using Starling.Core.Ledger;
using Starling.Core.Models;
using Starling.Core.Training;
using Starling.Ledgers.Embedded;
using Starling.Node.Options;
using Starling.Node.Transport;

namespace Starling.Bench.Wire;

/// <summary>
/// Whole nodes of one contract in this process: real sockets, disks and an embedded ledger, and a program that does not train.
/// </summary>
internal sealed class RoundCluster : IAsyncDisposable
{
    private static readonly ContractId Contract = ContractId.Parse("bench");

    private readonly BenchmarkTrust trust = new();
    private readonly List<RoundNode> nodes = [];

    public RoundClock Clock { get; }

    public IReadOnlyList<RoundNode> Nodes => nodes;

    private RoundCluster(int count) => Clock = new RoundClock(count);

    /// <summary>Founds a contract and starts its nodes, in folders that are named after the cluster.</summary>
    public static async Task<RoundCluster> StartAsync(int count, long rounds, long modelBytes, AuditMode audit, long rate,
        BenchmarkFolder folder, string name = "cluster")
    {
        var cluster = new RoundCluster(count);
        var schema = new ModelSchema([new TensorSpec("weights", Math.Max(1, modelBytes / sizeof(float)))]);
        var ids = Enumerable.Range(0, count).Select(BenchmarkTrust.Id).ToImmutableArray();
        var keys = ids.Select(id => cluster.trust.Issue(id)).ToImmutableArray();
        using var admin = cluster.trust.Issue(NodeId.Create("bench.example", "office", "admin"), Roles.Admin);
        var settings = new TrainingSettings(
            "leader", rounds, 1, count, audit, "mean", [], schema.Hash, modelBytes + 4096, TimeSpan.FromSeconds(60),
            TimeSpan.FromMinutes(10), TimeSpan.Zero,
            TimeSpan.FromMilliseconds(20));
        var found = new Found(settings, [cluster.trust.Anchor], [new Enrolment(admin.Identity.Id, LeaderEligible: false, admin.Chain)],
            [.. keys.Select(k => new Enrolment(k.Identity.Id, LeaderEligible: true, k.Chain))]);
        var body = EntryBody.Founding(Contract, admin.Identity.Id, TrainingState.FoldVersion, TrainingEntryCodec.Encode(found)).Encode();
        var entry = new SignedEntry(body, admin.Identity.Key, [.. admin.Signer.Sign(body)]);
        var ledger = Path.Combine(folder.Of($"{name}-ledger"), "ledger.db");
        await using (var founding = EmbeddedLedger.Open(ledger))
            await founding.AppendAsync([entry], CancellationToken.None);

        var ports = FreePorts(count);
        for (var i = 0; i < count; i++)
        {
            var options = new NodeOptions
            {
                Folder = folder.Of($"{name}-{i}"),
                Contracts = [new ContractReference(Contract, entry.Id)],
                Peers = [.. Enumerable.Range(0, count).Where(j => j != i)
                    .Select(j => new KnownPeer(ids[j], [PeerAddress.Of(new IPEndPoint(IPAddress.Loopback, ports[j]))]))],
                Network = new PeerNetworkOptions { MaxUploadRate = rate },
            };
            var number = i;
            cluster.nodes.Add(new RoundNode(options, keys[i], cluster.trust.Credentials(keys[i]), EmbeddedLedger.Open(ledger), ports[i],
                blobs => new NoTraining(blobs, schema, number, cluster.Clock)));
        }

        await Task.WhenAll(cluster.nodes.Select(node => node.StartAsync()));
        return cluster;
    }

    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(nodes.Select(node => node.DisposeAsync().AsTask()));
        trust.Dispose();
    }

    // All at once, so that none is given twice.
    private static int[] FreePorts(int count)
    {
        var listeners = Enumerable.Range(0, count).Select(_ => new TcpListener(IPAddress.Loopback, 0)).ToArray();
        foreach (var listener in listeners)
            listener.Start();
        var ports = listeners.Select(listener => ((IPEndPoint)listener.LocalEndpoint).Port).ToArray();
        foreach (var listener in listeners)
            listener.Stop();
        return ports;
    }
}
